// Two replicas of auth on one PostgreSQL change the same account, or want the same address, at the
// same moment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "auth/operations.hpp"
#include "auth/republished.hpp"
#include "common/runtime/embedded_platform.hpp"
#include "common/runtime/owned_data.hpp"
#include "contracts/auth_events.hpp"
#include "postgres/races.hpp"

namespace ticketing::auth {

EmbeddedFiles embedded_files();

namespace {

using testing::ElementsAre;

const std::string mail_key(32, 'm');

EmbeddedFiles schema() {
  EmbeddedFiles files;
  for (const EmbeddedFile& file : embedded_files())
    if (file.name != "common_passwords") files.push_back(file);
  return files;
}

class PlainPasswords final : public PasswordHashing {
 public:
  Task<std::string> hash(std::string password) override { co_return password; }
  Task<bool> verify(std::string password, std::string stored) override {
    co_return password == stored;
  }
};

// Auth without HTTP and bus.
class Replica {
 public:
  template <class Open>
  Replica(const Executor& executor, const std::string& folder, Open open)
      : embedded_(executor, settings_in(folder)) {
    embedded_.platform().open_database = open;
    data_ = std::make_unique<runtime::OwnedData>(embedded_.platform(), "auth", schema(), "users",
                                                 db::Migrations{}, republished());
    operations_ = std::make_unique<Operations>(embedded_.platform(), *data_, key_, passwords_,
                                               mail_key, AttemptLimits{});
  }
  Operations& operations() { return *operations_; }
  db::Database& database() { return data_->database(); }

 private:
  static runtime::HostSettings settings_in(const std::string& folder) {
    runtime::HostSettings settings;
    settings.data_dir = folder;
    return settings;
  }
  const identity::SigningKey key_{"a secret of the tests"};
  PlainPasswords passwords_;
  runtime::EmbeddedPlatform embedded_;
  std::unique_ptr<runtime::OwnedData> data_;
  std::unique_ptr<Operations> operations_;
};

const db::Sql last_request{
    "test_last_request",
    "SELECT payload FROM outbox WHERE subject = 'user.address_change_requested' ORDER BY id DESC "
    "LIMIT 1"};

class AccountRaces : public servers::PostgresRaces {
 protected:
  AccountRaces() {
    for (const char* name : {"first", "second"}) {
      replicas_.push_back(
          std::make_unique<Replica>(io_.get_executor(), folder_.file(name), open_database()));
      run_task(io_, replicas_.back()->operations().prepare());
    }
  }

  Operations& replica(std::size_t index) { return replicas_[index]->operations(); }

  Task<Result<SignedIn>> sign_up(std::size_t at, const std::string& email) {
    return replica(at).sign_up({.email = email, .former_email = email, .password = "secret"},
                               visitor_);
  }
  // From another address, as ask().
  Task<Result<SignedIn>> sign_in(std::size_t at, const std::string& email) {
    return replica(at).sign_in({.email = email, .former_email = email, .password = "secret"},
                               {.address = "127.0.0.2", .device_cookie = "", .user_agent = ""});
  }
  OwnSession open_account(const std::string& email) {
    const auto who = run_task(io_, sign_up(0, email)).value();
    return {.user_id = who.user_id, .id = replica(0).session_of(who.refresh_token).value()};
  }
  // From another address than visitor_: what counts its attempts waits for no one.
  Task<Result<void>> ask(std::size_t at, const OwnSession& who, const std::string& email) {
    return replica(at).request_address_change(
        who, {.password = "secret", .email = email},
        {.address = "127.0.0.2", .device_cookie = "", .user_agent = ""});
  }
  std::string last_token() {
    const auto found = run_task(io_, replicas_[0]->database().query(last_request()));
    const auto asked =
        contracts::decode<contracts::AddressChangeRequested>(found.rows.at(0).text("payload"));
    return TextSeal(mail_key).open(asked.value().sealed_token, asked->id).value();
  }
  // Of a link that was mailed to this address.
  std::string token_to(const OwnSession& who, const std::string& email) {
    EXPECT_TRUE(run_task(io_, ask(0, who, email)));
    return last_token();
  }
  Task<Result<std::optional<std::string>>> use(std::size_t at, const std::string& token) {
    return replica(at).verify(token, std::nullopt, visitor_);
  }

  const Visitor visitor_{.address = "127.0.0.1", .device_cookie = "", .user_agent = ""};

 private:
  std::vector<std::unique_ptr<Replica>> replicas_;
};

TEST_F(AccountRaces, AChangeToAnAddressThatIsSignedUpForNowIsRefused) {
  const std::string token = token_to(open_account("a@example.com"), "new@example.com");
  EXPECT_THAT(one_while_other(sign_up(0, "new@example.com"), use(1, token)),
              ElementsAre("done", "email_in_use"));
  EXPECT_EQ(count("users WHERE email = 'a@example.com'"), 1);
}

TEST_F(AccountRaces, ASignUpWithAnAddressThatAnAccountChangesToNowIsRefused) {
  const std::string token = token_to(open_account("a@example.com"), "new@example.com");
  EXPECT_THAT(one_while_other(use(0, token), sign_up(1, "new@example.com")),
              ElementsAre("done", "email_in_use"));
}

TEST_F(AccountRaces, OneOfTwoChangesToTheSameAddressIsRefused) {
  const std::string one = token_to(open_account("a@example.com"), "new@example.com");
  const std::string two = token_to(open_account("b@example.com"), "new@example.com");
  EXPECT_THAT(one_while_other(use(0, one), use(1, two)), ElementsAre("done", "email_in_use"));
}

TEST_F(AccountRaces, AFormerAddressIsNotSignedUpForWhileItIsReplaced) {
  const std::string token = token_to(open_account("a@example.com"), "new@example.com");
  EXPECT_THAT(one_while_other(use(0, token), sign_up(1, "a@example.com")),
              ElementsAre("done", "email_in_use"));
}

// The password was right when it was looked at.
TEST_F(AccountRaces, ASignInWithAPasswordThatIsReplacedNowIsRefused) {
  const OwnSession who = open_account("a@example.com");
  EXPECT_THAT(one_while_other(replica(0).change_password(
                                  who, {.password = "secret", .new_password = "another"}, visitor_),
                              sign_in(1, "a@example.com")),
              ElementsAre("done", "invalid_credentials"));
  EXPECT_EQ(count("sessions"), 1);
  EXPECT_EQ(count("outbox WHERE subject = 'user.device_added'"), 0);
}

// It waits for the account, and finds another version than it was asked for.
TEST_F(AccountRaces, ALinkThatIsAskedForWhileThePasswordIsReplacedIsNotMade) {
  const OwnSession who = open_account("a@example.com");
  EXPECT_THAT(one_while_other(replica(0).change_password(
                                  who, {.password = "secret", .new_password = "another"}, visitor_),
                              ask(1, who, "thief@example.com")),
              ElementsAre("done", "too_many_attempts"));
  EXPECT_EQ(count("one_time_tokens"), 0);
}

}  // namespace
}  // namespace ticketing::auth
