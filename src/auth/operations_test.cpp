// Signing up and in: refusals, limits, devices and races.
#include "auth/operations.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "auth/limits.hpp"
#include "auth/test_auth.hpp"
#include "common/base/digest.hpp"
#include "common/runtime/change.hpp"
#include "contracts/auth_events.hpp"

namespace ticketing::auth {
namespace {

using namespace std::chrono_literals;

const db::Sql count_accounts{"test_count_accounts", "SELECT count(*) AS count FROM users"};
const db::Sql touch_failures{"test_touch_failures",
                             "UPDATE sign_in_failures SET failures = failures + 1"};

using SignUpTest = AuthTest;

TEST_F(SignUpTest, StartsASessionOnAKnownDevice) {
  const auto who = sign_up();
  ASSERT_TRUE(who);
  EXPECT_EQ(who->email, "a@example.com");
  EXPECT_FALSE(who->access_token.empty());
  EXPECT_FALSE(who->device_cookie.empty());
  EXPECT_EQ(refresh(who->refresh_token)->user_id, who->user_id);
  EXPECT_EQ(sign_in()->user_id, who->user_id);
}

TEST_F(SignUpTest, TellsWhoHasAnAccountOnceAndAgainWhenAsked) {
  const std::string id = sign_up()->user_id;
  sign_up();
  const auto told = events("user.created");
  ASSERT_EQ(told.size(), 1U);
  const auto created = contracts::decode<contracts::UserCreated>(told[0].payload);
  ASSERT_TRUE(created);
  EXPECT_EQ(created->id, id);
  EXPECT_EQ(created->email, "a@example.com");
  // An account from before there were events.
  const std::string old = platform_.next_id();
  run(platform_.database().write(test_old_account(old, "old@example.com")));
  run(data_.republisher().request({.service = "auth",
                                   .event_subject = std::nullopt,
                                   .since = std::nullopt,
                                   .lost_before = std::nullopt,
                                   .requested_by = "test"}));
  platform_.pass(std::chrono::minutes{1});
  const auto all = events("user.created");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_TRUE(all[1].is_copy() && all[2].is_copy());
  EXPECT_EQ(all[1].payload, told[0].payload);
  EXPECT_EQ(all[2].original, "user.created/" + old);
}

TEST_F(SignUpTest, RefusesAnAddressThatIsInUse) {
  ASSERT_TRUE(sign_up());
  const auto refused = sign_up();
  EXPECT_EQ(refusal_of(refused), "email_in_use");
  EXPECT_EQ(refused.error().fields.at(0).field, "email");
  EXPECT_TRUE(sign_up("b@example.com"));
}

TEST_F(SignUpTest, RefusesAnotherSpellingOfAnAddressThatIsInUse) {
  run(platform_.database().write(test_old_account("old", "A@EXAMPLE.COM")));
  run(operations_.prepare());
  EXPECT_EQ(refusal_of(sign_up()), "email_in_use");
}

TEST_F(SignUpTest, LosesTheRaceForAnAddress) {
  lose_race_to(test_rival_account("rival", "a@example.com", "a@example.com"));
  EXPECT_EQ(refusal_of(sign_up()), "email_in_use");
  EXPECT_EQ(run(database_->query(count_accounts())).rows.front().integer("count"), 1);
  EXPECT_EQ(sign_in()->user_id, "rival");
}

TEST_F(SignUpTest, LosesTheRaceForAnAddressToAnotherSpelling) {
  lose_race_to(test_rival_account("rival", "A@EXAMPLE.COM", "a@example.com"));
  EXPECT_EQ(refusal_of(sign_up()), "email_in_use");
  EXPECT_EQ(run(database_->query(count_accounts())).rows.front().integer("count"), 1);
}

TEST_F(SignUpTest, IsLimitedForEachAddress) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(sign_up(std::to_string(i) + "@example.com"));
  const auto refused = sign_up();
  EXPECT_EQ(refusal_of(refused), "too_many_attempts");
  EXPECT_EQ(refused.error().retry_after, 20s);
  address_ = "127.0.0.2";
  EXPECT_TRUE(sign_up("other@example.com"));
  address_ = "127.0.0.1";
  platform_.pass(20s);
  EXPECT_TRUE(sign_up());
}

TEST_F(SignUpTest, MakesNoAccountWhenTheDatabaseIsAway) {
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::unavailable);
  EXPECT_THROW(sign_up(), Unavailable);
  EXPECT_TRUE(sign_up());
}

using SignInTest = AuthTest;

TEST_F(SignInTest, TellsOfABrowserThatIsNew) {
  const std::string cookie = sign_up()->device_cookie;
  EXPECT_TRUE(events("user.device_added").empty());
  ASSERT_TRUE(sign_in("secret", cookie));
  sign_in("wrong");
  EXPECT_TRUE(events("user.device_added").empty());
  const auto elsewhere = sign_in();
  ASSERT_TRUE(elsewhere);
  EXPECT_EQ(events("user.device_added").size(), 1U);
  ASSERT_TRUE(sign_in("secret", elsewhere->device_cookie));
  const auto told = events("user.device_added");
  ASSERT_EQ(told.size(), 1U);
  const auto added = contracts::decode<contracts::DeviceAdded>(told[0].payload);
  ASSERT_TRUE(added);
  EXPECT_EQ(added->user_id, elsewhere->user_id);
  EXPECT_EQ(added->email, "a@example.com");
}

TEST_F(SignInTest, ABrowserOfTwoAccountsIsNewToEachOnce) {
  std::string cookie = sign_up()->device_cookie;
  ASSERT_TRUE(sign_up("b@example.com"));
  for (int i = 0; i < 3; ++i) {
    for (const char* email : {"a@example.com", "b@example.com"}) {
      const auto who = sign_in("secret", cookie, email);
      ASSERT_TRUE(who);
      cookie = who->device_cookie;
    }
  }
  EXPECT_EQ(events("user.device_added").size(), 1U) << "b's, who signed up in another browser";
}

TEST_F(SignInTest, TellsOfNoMoreNewBrowsersThanItsLimit) {
  ASSERT_TRUE(sign_up());
  for (int i = 0; i < device_mails.per_user.standard + 2; ++i) {
    address_ = fmt::format("127.0.0.{}", i + 1);
    ASSERT_TRUE(sign_in());
  }
  EXPECT_EQ(std::ssize(events("user.device_added")), device_mails.per_user.standard);
  platform_.pass(1h);
  ASSERT_TRUE(sign_in());
  EXPECT_EQ(std::ssize(events("user.device_added")), device_mails.per_user.standard + 1);
}

TEST_F(SignInTest, TellsNoMoreStrangersOfNewBrowsersThanItsLimit) {
  const std::int64_t strangers = device_mails.per_address.standard + 2;
  for (std::int64_t i = 0; i < strangers; ++i) {
    address_ = fmt::format("10.0.{}.1", i);  // sign-ups have a limit of their own
    const std::string email = fmt::format("{}@example.com", i);
    ASSERT_TRUE(sign_up(email));
    address_ = "127.0.0.1";
    ASSERT_TRUE(sign_in("secret", "", email));
  }
  EXPECT_EQ(std::ssize(events("user.device_added")), device_mails.per_address.standard);
}

TEST_F(SignInTest, IsToldOfOnceItsAddressMayTellAgain) {
  for (std::int64_t i = 0; i < device_mails.per_address.standard; ++i) {
    address_ = fmt::format("10.0.{}.1", i);
    ASSERT_TRUE(sign_up(fmt::format("{}@example.com", i)));
    address_ = "127.0.0.1";
    ASSERT_TRUE(sign_in("secret", "", fmt::format("{}@example.com", i)));
  }
  ASSERT_TRUE(sign_up("last@example.com"));
  for (int i = 0; i < 2 * device_mails.per_user.standard; ++i)
    ASSERT_TRUE(sign_in("secret", "", "last@example.com"));
  const auto told = std::ssize(events("user.device_added"));
  address_ = "127.0.0.2";
  ASSERT_TRUE(sign_in("secret", "", "last@example.com"));
  EXPECT_EQ(std::ssize(events("user.device_added")), told + 1);
}

TEST_F(SignInTest, RefusesAWrongPasswordAndAnUnknownAddressAlike) {
  ASSERT_TRUE(sign_up());
  const auto wrong = sign_in("wrong"), unknown = sign_in("secret", "", "b@example.com");
  EXPECT_EQ(refusal_of(wrong), "invalid_credentials");
  EXPECT_EQ(refusal_of(unknown), "invalid_credentials");
  EXPECT_EQ(wrong.error().detail, unknown.error().detail);
  EXPECT_EQ(passwords_.checked, 2);  // the unknown one takes the same time
}

TEST_F(SignInTest, PausesAnAccountAfterFiveFailuresAndTwiceAsLongEachTime) {
  ASSERT_TRUE(sign_up());
  fail(4);
  EXPECT_EQ(refusal_of(sign_in("wrong")), "invalid_credentials");
  const auto refused = sign_in();
  EXPECT_EQ(refusal_of(refused), "too_many_attempts");
  EXPECT_EQ(refused.error().retry_after, 1s);
  platform_.pass(1s - 1ms);
  EXPECT_EQ(refusal_of(sign_in()), "too_many_attempts");
  platform_.pass(1ms);
  EXPECT_EQ(refusal_of(sign_in("wrong")), "invalid_credentials");
  EXPECT_EQ(sign_in().error().retry_after, 2s);
  EXPECT_EQ(passwords_.checked, 6);  // what is refused costs no hash
  platform_.pass(2s);
  EXPECT_TRUE(sign_in());
}

TEST_F(SignInTest, ResetsFailuresWhenThePasswordIsRight) {
  ASSERT_TRUE(sign_up());
  fail(4);
  EXPECT_TRUE(sign_in());
  fail(4);
  EXPECT_TRUE(sign_in());
}

TEST_F(SignInTest, CountsFailuresOfEachAddressForThemselves) {
  ASSERT_TRUE(sign_up());
  for (int i = 0; i < 5; ++i) sign_in("wrong");
  EXPECT_EQ(refusal_of(sign_in()), "too_many_attempts");
  address_ = "127.0.0.2";
  EXPECT_TRUE(sign_in());
}

TEST_F(SignInTest, KnownDevicesHaveALimitOfTheirOwn) {
  const std::string cookie = sign_up()->device_cookie;
  for (int i = 0; i < 5; ++i) sign_in("wrong");
  EXPECT_EQ(refusal_of(sign_in()), "too_many_attempts");
  EXPECT_EQ(sign_in("secret", cookie)->device_cookie, cookie);
  for (int i = 0; i < 5; ++i) sign_in("wrong", cookie);
  EXPECT_EQ(refusal_of(sign_in("secret", cookie)), "too_many_attempts");
  address_ = "127.0.0.2";
  const auto elsewhere = sign_in();
  ASSERT_TRUE(elsewhere);
  EXPECT_NE(elsewhere->device_cookie, cookie);
  EXPECT_TRUE(sign_in("secret", elsewhere->device_cookie));
}

TEST_F(SignInTest, ABrowserThatSignsUpForAnotherAccountStaysKnownToTheFirst) {
  const std::string first = sign_up()->device_cookie;
  const auto second =
      run(operations_.sign_up(credentials("b@example.com", "secret"), visitor(first)));
  ASSERT_TRUE(second);
  for (int i = 0; i < 5; ++i) sign_in("wrong");
  EXPECT_EQ(refusal_of(sign_in()), "too_many_attempts");
  EXPECT_TRUE(sign_in("secret", second->device_cookie));
  EXPECT_TRUE(events("user.device_added").empty());
}

TEST_F(SignInTest, DeviceCookiesOfOtherAccountsAreIgnored) {
  ASSERT_TRUE(sign_up());
  const std::string others = sign_up("b@example.com")->device_cookie;
  const std::string forged = others.substr(0, others.size() - 1);
  for (int i = 0; i < 5; ++i) sign_in("wrong");
  EXPECT_EQ(refusal_of(sign_in("secret", others)), "too_many_attempts");
  EXPECT_EQ(refusal_of(sign_in("secret", forged)), "too_many_attempts");
  EXPECT_EQ(refusal_of(sign_in("secret", "nonsense")), "too_many_attempts");
}

TEST_F(SignInTest, WrongPasswordsAreLimitedForEachAddress) {
  const std::string cookie = sign_up()->device_cookie;
  for (int i = 0; i < 20; ++i) fail(1, "", std::to_string(i) + "@example.com");
  const auto refused = sign_in();
  EXPECT_EQ(refusal_of(refused), "too_many_attempts");
  EXPECT_EQ(refused.error().retry_after, 3s);
  EXPECT_TRUE(sign_in("secret", cookie));  // a known device is not counted for its address
  platform_.pass(3s);
  EXPECT_TRUE(sign_in());
  EXPECT_TRUE(sign_in());  // those that succeed do not count
  address_ = "127.0.0.2";
  EXPECT_TRUE(sign_in());
}

TEST_F(SignInTest, OfAHundredAtTheSameTimeFiveAreChecked) {
  ASSERT_TRUE(sign_up());
  passwords_.delay = 10ms;
  int wrong = 0, told_to_wait = 0, ended = 0;
  for (int i = 0; i < 100; ++i) {
    asio::co_spawn(platform_.get().executor,
                   operations_.sign_in(credentials("a@example.com", "wrong"), visitor()),
                   [&](std::exception_ptr, Result<SignedIn> answer) {
                     ++ended;
                     if (refusal_of(answer) == "invalid_credentials") ++wrong;
                     if (refusal_of(answer) == "too_many_attempts") ++told_to_wait;
                   });
  }
  platform_.run_until([&] { return ended == 100; });
  EXPECT_EQ(wrong, 5);
  EXPECT_EQ(told_to_wait, 95);
  EXPECT_EQ(passwords_.checked, 5);
}

TEST_F(SignInTest, CountsAFailureAlsoAfterALostRace) {
  ASSERT_TRUE(sign_up());
  fail(3);
  lose_race_to(touch_failures());  // another replica counts the fourth
  EXPECT_EQ(refusal_of(sign_in("wrong")), "invalid_credentials");
  EXPECT_EQ(sign_in().error().retry_after, 1s);
}

TEST_F(SignInTest, AsksToWaitWhenOthersAreAlwaysFaster) {
  ASSERT_TRUE(sign_up());
  fail(1);
  lose_race_to(touch_failures(), runtime::change_attempts_max);
  const auto refused = sign_in();
  EXPECT_EQ(refusal_of(refused), "too_many_attempts");
  EXPECT_EQ(refused.error().retry_after, 1s);
  EXPECT_EQ(passwords_.checked, 1);
}

TEST_F(SignInTest, AnOutageIsNotAWrongPassword) {
  ASSERT_TRUE(sign_up());
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::unavailable);
  EXPECT_THROW(sign_in(), Unavailable);
  EXPECT_TRUE(sign_in());
}

using PrepareTest = AuthTest;

TEST_F(PrepareTest, NothingWorksBefore) {
  Operations operations{platform_.get(), data_, key_, passwords_, mail_key_, limits_};
  EXPECT_FALSE(operations.is_prepared());
  const Credentials person = credentials("a@example.com", "secret");
  EXPECT_THROW(run(operations.sign_up(person, visitor())), Unavailable);
  EXPECT_THROW(run(operations.sign_in(person, visitor())), Unavailable);
  EXPECT_THROW(run(operations.refresh("token", visitor())), Unavailable);
}

TEST_F(PrepareTest, SessionsOutliveARestartAndANewSigningKey) {
  const std::string token = sign_up()->refresh_token;
  const identity::SigningKey other_key{"another secret of the tests"};
  Operations restarted{platform_.get(), data_, other_key, passwords_, mail_key_, limits_};
  run(restarted.prepare());
  EXPECT_TRUE(run(restarted.refresh(token, visitor())));
}

TEST_F(PrepareTest, AReplicaTakesTheKeyOfTheOneThatWasFaster) {
  static const db::Sql delete_key{"test_delete_key", "DELETE FROM token_keys"};
  static const db::Sql rival_key{"test_rival_key",
                                 "INSERT INTO token_keys (id, key) VALUES (1, $1)"};
  run(platform_.database().write(delete_key()));
  Operations slower{platform_.get(), data_, key_, passwords_, mail_key_, limits_};
  lose_race_to(rival_key(std::string(43, 'A')));
  run(slower.prepare());
  const auto who = run(slower.sign_up(credentials("a@example.com", "secret"), visitor()));
  Operations third{platform_.get(), data_, key_, passwords_, mail_key_, limits_};
  run(third.prepare());
  EXPECT_TRUE(run(third.refresh(who->refresh_token, visitor())));
}

// Their refresh tokens were made with what follows from the signing key.
TEST_F(PrepareTest, AnOldDatabaseKeepsItsSessions) {
  static const db::Sql delete_key{"test_delete_old_key", "DELETE FROM token_keys"};
  static const db::Sql old_session{
      "test_old_session",
      "INSERT INTO sessions (id, user_id, token_hash, parent_hash, rotated_at, created_at) "
      "VALUES ('s', 'old', $1, '', $2, $2)"};
  run(platform_.database().write(delete_key()));
  run(platform_.database().write(test_old_account("old", "a@example.com")));
  const RefreshTokens tokens{TokenKey(key_.derived_secret())};
  const std::string token = tokens.first("s", platform_.get().random);
  run(platform_.database().write(old_session(sha256_hex(token), platform_.now())));
  Operations operations{platform_.get(), data_, key_, passwords_, mail_key_, limits_};
  run(operations.prepare());
  EXPECT_EQ(run(operations.refresh(token, visitor()))->user_id, "old");
}

TEST_F(PrepareTest, ComputesTheKeysOfMoreThanABatchOfOldAddresses) {
  static const db::Sql many_accounts{
      "test_many_accounts",
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) "
      "INSERT INTO users (id, version, email, password_hash, created_at) "
      "SELECT 'u' || i, 0, 'A' || i || '@example.com', 'hash of secret', 0 FROM n"};
  run(platform_.database().write(many_accounts(501)));
  run(operations_.prepare());
  EXPECT_EQ(sign_in("secret", "", "a501@example.com")->user_id, "u501");
}

}  // namespace
}  // namespace ticketing::auth
