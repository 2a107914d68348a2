// What the operations on accounts and sessions share.
#pragma once

#include <fmt/format.h>

#include "auth/account.hpp"
#include "common/base/error.hpp"
#include "contracts/auth_events.hpp"
#include "contracts/codes.hpp"

namespace ticketing::auth {

inline std::unexpected<Error> session_over() {
  return refuse(ErrorKind::unauthenticated, slugs::session_over,
                "The session is over. Sign in again.");
}

inline std::unexpected<Error> link_over() {
  return refuse(ErrorKind::invalid, slugs::link_over,
                "The link is too old, or was used. Ask for another.");
}

inline std::unexpected<Error> email_in_use() {
  Error error = invalid_field("email", {slugs::email_in_use, "is in use"});
  error.slug = slugs::email_in_use;
  return refuse(std::move(error));
}

// Its former address can take it back until then.
inline std::unexpected<Error> address_changed_lately(Timestamp until, Timestamp now) {
  const auto wait = std::chrono::ceil<std::chrono::seconds>(until - now);
  return refuse(ErrorKind::invalid, slugs::address_changed_lately(wait.count()),
                fmt::format("The address was changed less than 72 hours ago, and its former owner "
                            "may take the account back. Try again in {} seconds.",
                            wait.count()));
}

inline std::unexpected<Error> too_many_attempts(std::chrono::seconds wait) {
  return refuse(
      Error{.kind = ErrorKind::throttled,
            .slug = slugs::too_many_attempts(wait.count()),
            .detail = fmt::format("Too many attempts. Try again in {} seconds.", wait.count()),
            .retry_after = wait});
}

inline contracts::PasswordChanged password_changed(const Account& account, Timestamp now) {
  return {.user_id = account.id, .email = account.email, .changed_at = now};
}

// Null when it succeeded.
template <class T>
const Error* error_of(const Result<T>& result) {
  return result ? nullptr : &result.error();
}

}  // namespace ticketing::auth
