// A token in a mailed link: who has it reads the mails of the address. No I/O.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/random.hpp"
#include "common/base/text.hpp"
#include "contracts/auth_events.hpp"

namespace ticketing::auth {

// What a token is good for. The names are those in the database.
enum class Purpose { reset, verify, change, erase };
BOOST_DESCRIBE_ENUM(Purpose, reset, verify, change, erase)

constexpr std::chrono::minutes life_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::reset: return contracts::ResetRequested::link_life;
    case Purpose::verify: return contracts::VerificationRequested::link_life;
    case Purpose::change: return contracts::AddressChangeRequested::link_life;
    case Purpose::erase: break;
  }
  return contracts::ErasureRequested::link_life;
}

struct OneTimeToken {
  std::string id;
  std::string last_event_id;
  std::string user_id;
  Purpose purpose = Purpose::reset;
  std::string token_hash;
  Timestamp created_at;
  Timestamp expires_at;
  std::optional<Timestamp> used_at;
  std::optional<std::string> email{};  // what becomes the account's address by it
};
BOOST_DESCRIBE_STRUCT(OneTimeToken, (),
                      (id, last_event_id, user_id, purpose, token_hash, created_at, expires_at,
                       used_at, email))

// 256 bits in base64url.
inline std::string make_one_time_token(Random& random) {
  std::array<std::byte, 32> secret{};
  random.fill(secret);
  return to_base64url(secret);
}

inline bool is_good(const OneTimeToken& token, Timestamp now) {
  return !token.used_at && now < token.expires_at;
}

}  // namespace ticketing::auth
