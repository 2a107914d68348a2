// Short secret texts that one program gives another through a store both trust only to keep them:
// sealed by a key that both have (XChaCha20-Poly1305). No I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/random.hpp"

namespace ticketing {

class TextSeal {
 public:
  // `key`: secret_key_bytes of it.
  explicit TextSeal(std::string key);

  // In base64url. Only open() with the same context gives the text back.
  std::string seal(std::string_view text, std::string_view context, Random& random) const;
  // Nothing when it was changed, or sealed with another key or in another context.
  std::optional<std::string> open(std::string_view sealed, std::string_view context) const;

 private:
  std::string key_;
};

}  // namespace ticketing
