// A token in a mailed link: who has it reads the mails of the address. No I/O.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>

#include "auth/account.hpp"
#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/random.hpp"
#include "common/base/text.hpp"
#include "contracts/auth_events.hpp"

namespace ticketing::auth {

// What a token is good for. The names are those in the database.
enum class Purpose { reset, verify, change, erase, restore };
BOOST_DESCRIBE_ENUM(Purpose, reset, verify, change, erase, restore)

constexpr std::chrono::minutes life_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::reset: return contracts::ResetRequested::link_life;
    case Purpose::verify: return contracts::VerificationRequested::link_life;
    case Purpose::change: return contracts::AddressChangeRequested::link_life;
    case Purpose::restore: return contracts::AddressChanged::link_life;
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
  // Of the account when the link was made, for restore: after the change that is undone. Nothing:
  // of a link from before the column was there.
  std::optional<std::int64_t> account_version{};
};
BOOST_DESCRIBE_STRUCT(OneTimeToken, (),
                      (id, last_event_id, user_id, purpose, token_hash, created_at, expires_at,
                       used_at, email, account_version))

// 256 bits in base64url.
inline std::string make_one_time_token(Random& random) {
  std::array<std::byte, 32> secret{};
  random.fill(secret);
  return to_base64url(secret);
}

inline bool is_good(const OneTimeToken& token, Timestamp now) {
  return !token.used_at && now < token.expires_at;
}

// A new password or address ends the links that were made before. One that is being made at this
// moment is not in the database yet, so what its row says of the account decides. It does not end
// a link that restores the address: by such a change a thief would keep the account.
inline bool is_ended_by_change(const OneTimeToken& token, const Account& account) {
  return token.purpose != Purpose::restore &&
         token.account_version.value_or(account.version) != account.version;
}

}  // namespace ticketing::auth
