// Decodes pictures that people send, in a jailed program, and gives them in the sizes of sizes.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "common/async/task.hpp"
#include "common/images/sizes.hpp"

namespace ticketing::images {

// One picture in all sizes, each a WebP file.
struct Pictures {
  std::uint32_t width = 0;  // of the large one
  std::uint32_t height = 0;
  std::array<std::string, sizes.size()> files;  // in the order of `sizes`
};

enum class Fault {
  unreadable,  // no JPEG, PNG or WebP, or a damaged one
  too_large,   // too many pixels
};

class Decoder {
 public:
  virtual ~Decoder() = default;
  // `file` has at most `picture_bytes_max` bytes. Throws Unavailable while too many are decoded,
  // and where no jail works.
  virtual Task<std::expected<Pictures, Fault>> decode(std::string file) = 0;
};

// `program`: the path of image-worker; empty: beside this program. Blocks for some milliseconds, to
// find a jail that works. `jail`: only this kind; empty: the strongest that works.
std::unique_ptr<Decoder> make_decoder(const std::string& program = "",
                                      const std::string& jail = "");

}  // namespace ticketing::images
