#include "auth/session.hpp"

#include <array>

#include "common/base/digest.hpp"
#include "common/base/id.hpp"
#include "common/base/text.hpp"

namespace ticketing::auth {

std::string RefreshTokens::make(const std::string& session_id, const std::string& secret) const {
  const std::string unsigned_token = session_id + "." + secret;
  return unsigned_token + "." + key_.derive("refresh token code", unsigned_token);
}

std::string RefreshTokens::first(const std::string& session_id, Random& random) const {
  std::array<std::byte, 32> secret{};
  random.fill(secret);
  return make(session_id, to_base64url(secret));
}

std::string RefreshTokens::successor(const std::string& token) const {
  return make(token.substr(0, token.find('.')), key_.derive("refresh token successor", token));
}

std::optional<std::string> RefreshTokens::session_of(const std::string& token) const {
  if (token.size() > 256) return std::nullopt;
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  if (first == std::string::npos || first == last) return std::nullopt;
  const std::string code = key_.derive("refresh token code", token.substr(0, last));
  if (!equals_in_constant_time(code, token.substr(last + 1))) return std::nullopt;
  return token.substr(0, first);
}

RefreshVerdict judge(const Session& session, const std::string& token_hash, Timestamp now) {
  if (session.revoked_at || now - session.rotated_at > refresh_idle_max ||
      now - session.created_at > session_life_max) {
    return RefreshVerdict::ended;
  }
  if (token_hash == session.token_hash) return RefreshVerdict::rotate;
  if (token_hash == session.parent_hash && now - session.rotated_at <= retry_window)
    return RefreshVerdict::repeat;
  return RefreshVerdict::reused;
}

}  // namespace ticketing::auth
