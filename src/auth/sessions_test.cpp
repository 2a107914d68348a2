// The life of a session: renewed, used by two at once, stolen, ended, deleted.
#include <gmock/gmock.h>

#include "auth/limits.hpp"
#include "auth/test_auth.hpp"

namespace ticketing::auth {
namespace {

using namespace std::chrono_literals;

const db::Sql revoke_all{"test_revoke_all", "UPDATE sessions SET revoked_at = 1"};
const db::Sql count_sessions{"test_count_sessions", "SELECT count(*) AS count FROM sessions"};
const db::Sql count_failed{"test_count_failed", "SELECT count(*) AS count FROM sign_in_failures"};

class RefreshTest : public AuthTest {
 protected:
  Task<> refresh_to(std::string token, std::string& next) {
    const auto who = co_await operations_.refresh(token, visitor());
    next = who.value().refresh_token;
  }
  std::int64_t count(const db::Sql& sql) {
    return run(database_->query(sql())).rows.front().integer("count");
  }
};

TEST_F(RefreshTest, GivesANewTokenEachTime) {
  const auto who = sign_up();
  const auto first = refresh(who->refresh_token);
  ASSERT_TRUE(first);
  EXPECT_NE(first->refresh_token, who->refresh_token);
  EXPECT_NE(first->access_token, who->access_token);
  EXPECT_EQ(first->email, "a@example.com");
  EXPECT_EQ(first->device_cookie, "");
  EXPECT_TRUE(refresh(first->refresh_token));
}

TEST_F(RefreshTest, GivesTheSameTokenToARetryWithinTenSeconds) {
  const std::string token = sign_up()->refresh_token;
  const std::string next = refresh(token)->refresh_token;
  platform_.pass(10s);
  EXPECT_EQ(refresh(token)->refresh_token, next);
  EXPECT_TRUE(refresh(next));
}

TEST_F(RefreshTest, EndsTheSessionWhenATokenIsUsedAgainLater) {
  const std::string token = sign_up()->refresh_token;
  const std::string next = refresh(token)->refresh_token;
  platform_.pass(10s + 1ms);
  EXPECT_EQ(refusal_of(refresh(token)), "session_over");
  EXPECT_EQ(refusal_of(refresh(next)), "session_over");
}

TEST_F(RefreshTest, EndsTheSessionAtOnceWhenAnOlderTokenIsUsed) {
  const std::string token = sign_up()->refresh_token;
  const std::string last = refresh(refresh(token)->refresh_token)->refresh_token;
  EXPECT_EQ(refusal_of(refresh(token)), "session_over");
  EXPECT_EQ(refusal_of(refresh(last)), "session_over");
}

TEST_F(RefreshTest, EndsOnlyTheSessionWhoseTokenWasReused) {
  const std::string stolen = sign_up()->refresh_token, other = sign_in()->refresh_token;
  refresh(refresh(stolen)->refresh_token);
  EXPECT_EQ(refusal_of(refresh(stolen)), "session_over");
  EXPECT_TRUE(refresh(other));
}

TEST_F(RefreshTest, RefusesWhatIsNoTokenOfOurs) {
  const std::string token = sign_up()->refresh_token;
  for (const std::string& bad : {std::string(), std::string("nonsense"), token + "x", "x" + token,
                                 token.substr(0, token.rfind('.')), std::string(300, '.')}) {
    EXPECT_EQ(refusal_of(refresh(bad)), "session_over") << bad;
  }
  EXPECT_TRUE(refresh(token));  // none of them ended the session
}

TEST_F(RefreshTest, EndsAfterTwoWeeksWithoutUse) {
  const std::string token = sign_up()->refresh_token;
  platform_.skip(refresh_idle_max);
  const std::string next = refresh(token)->refresh_token;
  platform_.skip(refresh_idle_max + 1ms);
  EXPECT_EQ(refusal_of(refresh(next)), "session_over");
}

TEST_F(RefreshTest, EndsAfterThirtyDaysHoweverItIsUsed) {
  std::string token = sign_up()->refresh_token;
  for (int i = 0; i < 3; ++i) {
    platform_.skip(std::chrono::days{10});
    token = refresh(token)->refresh_token;
  }
  platform_.skip(1ms);
  EXPECT_EQ(refusal_of(refresh(token)), "session_over");
}

TEST_F(RefreshTest, GivesTwoAtTheSameTimeOneToken) {
  const std::string token = sign_up()->refresh_token;
  std::string first;
  platform_.database().before_next_commit([&] { return refresh_to(token, first); });
  const auto second = refresh(token);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->refresh_token, first);
  EXPECT_TRUE(refresh(first));
}

TEST_F(RefreshTest, LosesTheRaceToASignOut) {
  const std::string token = sign_up()->refresh_token;
  lose_race_to(revoke_all());
  EXPECT_EQ(refusal_of(refresh(token)), "session_over");
}

TEST_F(RefreshTest, IsLimitedForEachSession) {
  const std::string token = sign_up()->refresh_token, other = sign_in()->refresh_token;
  for (int i = 0; i < renewals.per_user.standard; ++i) ASSERT_TRUE(refresh(token)) << i;
  EXPECT_EQ(refusal_of(refresh(token)), "too_many_attempts");
  EXPECT_TRUE(refresh(other));
}

TEST_F(RefreshTest, CanBeTriedAgainWhenItsAnswerWasLost) {
  const std::string token = sign_up()->refresh_token;
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::answer_lost);
  EXPECT_THROW(refresh(token), OutcomeUnknown);
  EXPECT_TRUE(refresh(token));
}

using SignOutTest = RefreshTest;

TEST_F(SignOutTest, EndsTheSessionAndNoOther) {
  const std::string token = sign_up()->refresh_token, other = sign_in()->refresh_token;
  sign_out(token);
  EXPECT_EQ(refusal_of(refresh(token)), "session_over");
  EXPECT_TRUE(refresh(other));
}

TEST_F(SignOutTest, WritesNothingTheSecondTime) {
  const std::string token = sign_up()->refresh_token;
  sign_out(token);
  const int commits = platform_.database().commits();
  sign_out(token);
  run(operations_.sign_out("no such session", visitor()));
  EXPECT_EQ(platform_.database().commits(), commits);
}

using CleanUpTest = RefreshTest;

TEST_F(CleanUpTest, DeletesSessionsThatAreOver) {
  const std::string token = sign_up()->refresh_token;
  platform_.skip(session_life_max);
  run(operations_.clean_up());
  EXPECT_EQ(count(count_sessions), 1);
  platform_.skip(1ms);
  run(operations_.clean_up());
  EXPECT_EQ(count(count_sessions), 0);
  EXPECT_EQ(refusal_of(refresh(token)), "session_over");
}

TEST_F(CleanUpTest, DeletesFailuresAfterADay) {
  ASSERT_TRUE(sign_up());
  sign_in("wrong");
  platform_.skip(24h);
  run(operations_.clean_up());
  EXPECT_EQ(count(count_failed), 1);
  platform_.skip(1ms);
  run(operations_.clean_up());
  EXPECT_EQ(count(count_failed), 0);
}

}  // namespace
}  // namespace ticketing::auth
