// The secret behind refresh tokens and device cookies. It is stored in auth's database and not in
// the configuration: sessions outlive a new JWT_KEY. No I/O.
#pragma once

#include <string>
#include <string_view>

namespace ticketing::auth {

class TokenKey {
 public:
  // `secret`: 256 bits in base64url. Throws ConfigError when it is not that.
  explicit TokenKey(std::string_view secret);

  // A value that only the holder of the secret can compute from `text`, 256 bits in base64url.
  std::string derive(std::string_view purpose, std::string_view text) const;

 private:
  std::string bytes_;
};

}  // namespace ticketing::auth
