// The operations of auth on simulated time, with passwords that cost nothing to hash. Part of no
// library.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "auth/operations.hpp"
#include "auth/republished.hpp"
#include "common/base/embedded_files.hpp"
#include "common/runtime/owned_data.hpp"
#include "fixtures/service_test.hpp"

namespace ticketing::auth {

EmbeddedFiles embedded_files();

// $1: id, $2: e-mail, $3: its form that all spellings share.
inline const db::Sql test_rival_account{
    "test_rival_account",
    "INSERT INTO users (id, version, email, email_key, password_hash, created_at) "
    "VALUES ($1, 0, $2, $3, 'hash of secret', 0)"};
// Of all accounts.
inline const db::Sql test_rival_password{"test_rival_password",
                                         "UPDATE users SET password_hash = 'hash of a rival', "
                                         "version = version + 1"};
// From before there were e-mail keys.
inline const db::Sql test_old_account{
    "test_old_account",
    "INSERT INTO users (id, version, email, password_hash, created_at) "
    "VALUES ($1, 0, $2, 'hash of secret', 0)"};

class TestPasswords final : public PasswordHashing {
 public:
  explicit TestPasswords(Timers& timers) : timers_(timers) {}

  Milliseconds delay{0};
  int checked = 0;

  Task<std::string> hash(std::string password) override {
    co_await wait();
    co_return "hash of " + password;
  }
  Task<bool> verify(std::string password, std::string stored) override {
    ++checked;
    co_await wait();
    co_return stored == "hash of " + password;
  }

 private:
  Task<> wait() {
    if (delay.count() > 0) co_await timers_.sleep_for(delay);
  }
  Timers& timers_;
};

class AuthTest : public fixtures::ServiceTest {
 public:
  ~AuthTest() override { run(data_.stop()); }

 protected:
  AuthTest() {
    platform_.record({"user.created", "user.device_added", "user.reset_requested",
                      "user.verification_requested", "user.password_changed",
                      "user.address_change_requested", "user.address_changed",
                      "user.erasure_requested", "user.erased"});
    platform_.get().bus.start();
    data_.start();
    run(operations_.prepare());
  }

  OwnSession own_session(const SignedIn& who) {
    const auto claims = claims_of(who.access_token);
    return {.user_id = claims.user_id, .id = claims.session_id, .token_ends_at = claims.expires_at};
  }
  identity::Claims claims_of(const std::string& token) {
    return identity::TokenVerifier({key_.public_key()}).verify(token, platform_.now()).value();
  }

  static EmbeddedFiles schema() {
    EmbeddedFiles files;
    for (const EmbeddedFile& file : embedded_files()) {
      if (file.name != "common_passwords") files.push_back(file);
    }
    return files;
  }
  static Credentials credentials(const std::string& email, const std::string& password) {
    return {.email = email, .former_email = email, .password = password};
  }
  Visitor visitor(const std::string& device_cookie = "") const {
    return {.address = address_, .device_cookie = device_cookie, .user_agent = ""};
  }
  Result<SignedIn> sign_up(const std::string& email = "a@example.com") {
    return run(operations_.sign_up(credentials(email, "secret"), visitor()));
  }
  Result<SignedIn> sign_in(const std::string& password = "secret",
                           const std::string& device_cookie = "",
                           const std::string& email = "a@example.com") {
    return run(operations_.sign_in(credentials(email, password), visitor(device_cookie)));
  }
  // So many wrong passwords, each as soon as it is allowed.
  void fail(int count, const std::string& device_cookie = "",
            const std::string& email = "a@example.com") {
    for (int i = 0; i < count;) {
      const auto refused = sign_in("wrong", device_cookie, email);
      ASSERT_FALSE(refused);
      if (refused.error().slug == "invalid_credentials") ++i;
      platform_.pass(refused.error().retry_after);
    }
  }
  Result<SignedIn> refresh(const std::string& token) {
    return run(operations_.refresh(token, visitor()));
  }
  void sign_out(const std::string& refresh_token) {
    run(operations_.sign_out(operations_.session_of(refresh_token).value(), visitor()));
  }

  runtime::OwnedData data_{platform_.get(), "auth", schema(), "users", {}, republished()};
  db::Database* const database_ = &data_.database();
  identity::SigningKey key_{"a secret of the tests"};
  TestPasswords passwords_{platform_.time()};
  const AttemptLimits limits_{.failed_sign_ins_a_minute = 20,
                              .sign_ups_a_minute = 3,
                              .resets_an_hour = 5,
                              .verifications_an_hour = 10};
  const std::string mail_key_ = std::string(32, 'm');
  Operations operations_{platform_.get(), data_, key_, passwords_, mail_key_, limits_};
  std::string address_ = "127.0.0.1";
};

}  // namespace ticketing::auth
