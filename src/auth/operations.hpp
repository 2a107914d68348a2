// What can be done with accounts and sessions.
#pragma once

#include <string>

#include "auth/account.hpp"
#include "auth/address_throttle.hpp"
#include "auth/passwords.hpp"
#include "auth/session.hpp"
#include "common/runtime/platform.hpp"

namespace ticketing::auth {

// Somebody who is signed in, with the tokens for their cookies.
struct SignedIn {
  std::string user_id;
  std::string email;
  std::string access_token;
  std::string refresh_token;
};

class Operations {
 public:
  Operations(runtime::Platform& platform, db::Database& database, const identity::SigningKey& key,
             int sign_ins_a_minute);

  // Refuses with `email_in_use`. Throws Unavailable when too many passwords are being hashed.
  Task<Result<SignedIn>> sign_up(Credentials credentials);
  // Refuses with `invalid_credentials`, `too_many_attempts`. `address`: where the caller is.
  Task<Result<SignedIn>> sign_in(Credentials credentials, std::string address);
  // Refuses with `session_over`.
  Task<Result<SignedIn>> refresh(std::string refresh_token);
  // Ends the session; nothing happens when there is none.
  Task<> sign_out(std::string session_id);
  // The session that a refresh token belongs to, or nothing.
  std::optional<std::string> session_of(const std::string& refresh_token) const {
    return tokens().session_of(refresh_token);
  }

  // Reads the token key, or makes one, and computes the e-mail keys of accounts from before there
  // were any. Until it has ended once, nothing else works: all of it throws Unavailable.
  Task<> prepare();
  bool is_prepared() const { return is_prepared_; }
  // Forgets sessions that are over and failures that are old.
  Task<> clean_up();

 private:
  Task<> read_token_key();
  Task<> set_email_keys();
  const RefreshTokens& tokens() const;
  Task<Result<std::int64_t>> check_account_throttle(const std::string& email);
  SignedIn signed_in(const Account& account, const std::string& session_id,
                     std::string refresh_token);
  Session new_session(const Account& account, const std::string& id,
                      const std::string& token) const;
  Task<> count_failure(const std::string& email, std::int64_t failures);

  runtime::Platform& platform_;
  db::Database& database_;
  const identity::SigningKey& key_;
  std::optional<RefreshTokens> tokens_;
  Passwords passwords_;
  AddressThrottle throttle_;
  bool is_prepared_ = false;
};

}  // namespace ticketing::auth
