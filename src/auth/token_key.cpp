#include "auth/token_key.hpp"

#include "common/base/digest.hpp"
#include "common/base/exceptions.hpp"
#include "common/base/text.hpp"

namespace ticketing::auth {

TokenKey::TokenKey(std::string_view secret) : bytes_(from_base64url(secret).value_or("")) {
  if (bytes_.size() != 32) throw ConfigError("the token key in auth's database is damaged");
}

std::string TokenKey::derive(std::string_view purpose, std::string_view text) const {
  const auto purpose_key = keyed_digest(std::as_bytes(std::span(bytes_)), purpose);
  return to_base64url(keyed_digest(purpose_key, text));
}

}  // namespace ticketing::auth
