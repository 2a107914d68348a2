// A forgotten password: a link by mail, a new password, and the end of every session.
#include <gmock/gmock.h>

#include "auth/limits.hpp"
#include "auth/one_time_token.hpp"
#include "auth/test_auth.hpp"
#include "common/base/exceptions.hpp"
#include "contracts/auth_events.hpp"

namespace ticketing::auth {
namespace {

using namespace std::chrono_literals;

const db::Sql all_tokens{"test_all_tokens", "SELECT token_hash FROM one_time_tokens"};

const db::Sql test_former_tokens{"test_former_tokens",
                                 "UPDATE one_time_tokens SET account_version = NULL"};

class ResetTest : public AuthTest {
 protected:
  std::string ask(const std::string& email = "a@example.com") {
    return refusal_of(
        run(operations_.request_reset({.email = email, .former_email = email}, visitor())));
  }
  std::vector<contracts::ResetRequested> requests() {
    std::vector<contracts::ResetRequested> all;
    for (const bus::Event& event : events("user.reset_requested")) {
      all.push_back(contracts::decode<contracts::ResetRequested>(event.payload).value());
    }
    return all;
  }
  std::string token_of(const contracts::ResetRequested& request) {
    return TextSeal(mail_key_).open(request.sealed_token, request.id).value();
  }
  std::string last_token() { return token_of(requests().back()); }
  Task<> reset_by_rival(std::string token) {
    const auto rival = co_await operations_.reset_password(token, "of a rival", visitor());
    EXPECT_TRUE(rival);
  }
  std::string reset(const std::string& token, const std::string& password = "another secret") {
    return refusal_of(run(operations_.reset_password(token, password, visitor())));
  }
};

TEST_F(ResetTest, SetsANewPasswordAndEndsEverySession) {
  const auto here = sign_up(), there = sign_in(), stranger = sign_up("b@example.com");
  EXPECT_EQ(ask(), "");
  EXPECT_EQ(reset(last_token()), "");
  EXPECT_EQ(refusal_of(refresh(here->refresh_token)), "session_over");
  EXPECT_EQ(refusal_of(refresh(there->refresh_token)), "session_over");
  EXPECT_TRUE(refresh(stranger->refresh_token));
  EXPECT_EQ(refusal_of(sign_in("secret")), "invalid_credentials");
  EXPECT_TRUE(sign_in("another secret"));
  const auto changed = events("user.password_changed");
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_THAT(changed[0].payload, testing::HasSubstr("a@example.com"));
}

TEST_F(ResetTest, HasATokenThatIsGoodOnce) {
  sign_up();
  ask();
  const std::string token = last_token();
  EXPECT_EQ(reset(token), "");
  EXPECT_EQ(reset(token, "a third secret"), "link_over");
  EXPECT_TRUE(sign_in("another secret"));
}

TEST_F(ResetTest, HasATokenThatIsGoodForHalfAnHour) {
  sign_up();
  ask();
  const std::string token = last_token();
  platform_.skip(life_of(Purpose::reset));
  EXPECT_EQ(reset(token), "link_over");
  EXPECT_TRUE(sign_in("secret"));
}

TEST_F(ResetTest, EndsTheOtherLinksOfTheAccount) {
  sign_up();
  ask();
  ask();
  const auto asked = requests();
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(reset(token_of(asked[1])), "");
  EXPECT_EQ(reset(token_of(asked[0]), "a third secret"), "link_over");
}

TEST_F(ResetTest, RefusesWhatIsNoTokenOfOurs) {
  sign_up();
  ask();
  for (const std::string& bad :
       {std::string(), std::string("x"), last_token() + "x", std::string(100'000, 'x')}) {
    EXPECT_EQ(reset(bad), "link_over");
  }
}

TEST_F(ResetTest, LosesTheRaceToAnotherUseOfTheToken) {
  sign_up();
  ask();
  const std::string token = last_token();
  platform_.database().before_next_commit([&] { return reset_by_rival(token); });
  EXPECT_EQ(reset(token), "link_over");
  EXPECT_TRUE(sign_in("of a rival"));
}

// The change did not see the link, which was made at the same moment.
TEST_F(ResetTest, EndsWithANewPasswordThatDidNotSeeTheLink) {
  sign_up();
  ask();
  run(platform_.database().write(test_rival_password()));
  EXPECT_EQ(reset(last_token()), "link_over");
  EXPECT_TRUE(sign_in("a rival"));
}

TEST_F(ResetTest, LosesToANewPasswordWhileItsLinkIsUsed) {
  sign_up();
  ask();
  const std::string token = last_token();
  lose_race_to(test_rival_password());
  EXPECT_EQ(reset(token), "link_over");
  EXPECT_TRUE(sign_in("a rival"));
}

// From before the row of a link said of what version of the account it is.
TEST_F(ResetTest, TakesALinkOfAReleaseBefore) {
  sign_up();
  ask();
  run(platform_.database().write(test_former_tokens()));
  EXPECT_EQ(reset(last_token()), "");
}

// Neither the database nor the stream gives an account to who reads them.
TEST_F(ResetTest, KeepsTheTokenNowhereInClear) {
  sign_up();
  ask();
  const std::string token = last_token();
  const auto stored = run(database_->query(all_tokens()));
  EXPECT_EQ(stored.rows.front().text("token_hash").find(token), std::string::npos);
  for (const bus::Event& event : platform_.events()) {
    EXPECT_EQ(event.payload.find(token), std::string::npos) << event.payload;
  }
  for (const std::string& file : platform_.stored_files()) {
    EXPECT_EQ(file.find(token), std::string::npos);
  }
}

TEST_F(ResetTest, AnswersForAnUnknownAddressTheSameAndInTheSameTime) {
  sign_up();
  const auto timed = [&](const std::string& email) {
    const Timestamp begun = platform_.now();
    EXPECT_EQ(ask(email), "");
    return platform_.now() - begun;
  };
  EXPECT_EQ(timed("a@example.com"), timed("unknown@example.com"));
  EXPECT_EQ(requests().size(), 1U);
}

TEST_F(ResetTest, SaysWhenTheDatabaseIsAway) {
  sign_up();
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::answer_lost);
  EXPECT_THROW(ask(), OutcomeUnknown);
}

TEST_F(ResetTest, MailsNoMoreLinksThanItsLimit) {
  sign_up();
  for (int i = 0; i < resets.per_user.standard + 1; ++i) EXPECT_EQ(ask(), "") << i;
  EXPECT_EQ(std::ssize(requests()), resets.per_user.standard);
  platform_.skip(1h);
  EXPECT_EQ(ask(), "");
  EXPECT_EQ(std::ssize(requests()), resets.per_user.standard + 1);
}

TEST_F(ResetTest, IsLimitedForEachAddress) {
  for (int i = 0; i < limits_.resets_an_hour; ++i) EXPECT_EQ(ask("unknown@example.com"), "") << i;
  EXPECT_EQ(ask("unknown@example.com"), "too_many_attempts");
  address_ = "127.0.0.2";
  EXPECT_EQ(ask("unknown@example.com"), "");
}

TEST_F(ResetTest, ForgetsTokensThatAreOver) {
  sign_up();
  ask();
  platform_.skip(life_of(Purpose::reset) + 1h + 1ms);
  run(operations_.clean_up());
  EXPECT_TRUE(run(database_->query(all_tokens())).empty());
}

TEST_F(ResetTest, IsNotTheOnlyWayToTheMailAboutANewPassword) {
  const auto who = sign_up();
  const OwnSession own{.user_id = who->user_id,
                       .id = operations_.session_of(who->refresh_token).value()};
  EXPECT_TRUE(run(operations_.change_password(
      own, {.password = "secret", .new_password = "another secret"}, visitor())));
  EXPECT_EQ(events("user.password_changed").size(), 1U);
}

}  // namespace
}  // namespace ticketing::auth
