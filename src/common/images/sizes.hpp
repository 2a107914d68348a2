// The sizes that each picture is kept in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ticketing::images {

// Of what people send.
inline constexpr std::size_t picture_bytes_max = std::size_t{5} * 1024 * 1024;

// Of the original.
inline constexpr std::uint32_t megapixels_max = 40;

struct KeptSize {
  std::string_view name;
  std::uint32_t width;    // at most: a picture is never made larger
  std::size_t bytes_max;  // of the file
};

inline constexpr std::array<KeptSize, 3> sizes{{{"small", 320, std::size_t{256} * 1024},
                                                {"medium", 640, std::size_t{512} * 1024},
                                                {"large", 1280, std::size_t{1536} * 1024}}};

}  // namespace ticketing::images
