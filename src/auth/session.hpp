// A session and its refresh tokens. Each use of a token returns its successor. A second use, except
// a retry within seconds, ends the session, because the token was probably stolen (RFC 9700
// §4.14.2). No I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "auth/token_key.hpp"
#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/random.hpp"

namespace ticketing::auth {

inline constexpr std::chrono::days refresh_idle_max{14};
inline constexpr std::chrono::days session_life_max{30};
inline constexpr std::chrono::seconds retry_window{10};

struct SessionRules {
  std::chrono::seconds access_token_life{900};
  std::int64_t sessions_max = 100;  // of an account; 0: any number
};

struct Session {
  std::string id;
  std::string user_id;
  std::string token_hash;
  std::string parent_hash;
  Timestamp rotated_at;
  Timestamp created_at;
  std::optional<Timestamp> revoked_at;
  std::string device;  // browser_name() of where it began
};
BOOST_DESCRIBE_STRUCT(Session, (),
                      (id, user_id, token_hash, parent_hash, rotated_at, created_at, revoked_at,
                       device))

// "session id . 256 random bits . authentication code". The code distinguishes an old token of
// ours, whose reuse ends the session, from a forged one.
class RefreshTokens {
 public:
  explicit RefreshTokens(TokenKey key) : key_(std::move(key)) {}

  std::string first(const std::string& session_id, Random& random) const;
  // Always the same for the same token, so that a retry gets the same answer.
  std::string successor(const std::string& token) const;
  // The session that a token of ours belongs to; nothing when it is not one of ours.
  std::optional<std::string> session_of(const std::string& token) const;

 private:
  std::string make(const std::string& session_id, const std::string& secret) const;
  TokenKey key_;
};

enum class RefreshVerdict {
  rotate,  // the current token: give its successor
  repeat,  // the one before, within the retry window: give the same successor again
  reused,  // an old one: revoke the session
  ended,   // revoked, idle for too long, or too old
};
RefreshVerdict judge(const Session& session, const std::string& token_hash, Timestamp now);

}  // namespace ticketing::auth
