// What owners do with their accounts: a new password, a look at their sessions, the end of some.
#include <gmock/gmock.h>

#include "auth/session_json.hpp"
#include "auth/test_auth.hpp"

namespace ticketing::auth {
namespace {

using namespace std::chrono_literals;

class OwnAccountTest : public AuthTest {
 protected:
  OwnSession session_of(const SignedIn& who) {
    return {.user_id = who.user_id, .id = operations_.session_of(who.refresh_token).value()};
  }
  std::string change_password(const SignedIn& who, const std::string& password,
                              const std::string& device_cookie = "") {
    return refusal_of(run(operations_.change_password(
        session_of(who), {.password = password, .new_password = "another secret"},
        visitor(device_cookie))));
  }
  std::string end(const SignedIn& who, const std::string& id) {
    return refusal_of(run(operations_.end_session(session_of(who), id, visitor())));
  }
  std::string end_others(const SignedIn& who) {
    return refusal_of(run(operations_.end_other_sessions(session_of(who), visitor())));
  }
  std::vector<std::string> ids_of(const SignedIn& who) {
    std::vector<std::string> ids;
    const auto live = run(operations_.list_sessions(session_of(who)));
    for (const Session& session : live.value()) ids.push_back(session.id);
    return ids;
  }
};

using PasswordChangeTest = OwnAccountTest;

TEST_F(PasswordChangeTest, MakesTheNewOneCountAndTheFormerOneNot) {
  const auto who = sign_up();
  EXPECT_EQ(change_password(*who, "secret"), "");
  EXPECT_EQ(refusal_of(sign_in("secret")), "invalid_credentials");
  EXPECT_TRUE(sign_in("another secret"));
}

TEST_F(PasswordChangeTest, EndsAllOtherSessions) {
  const auto who = sign_up(), elsewhere = sign_in(), stranger = sign_up("b@example.com");
  EXPECT_EQ(change_password(*who, "secret"), "");
  EXPECT_EQ(refusal_of(refresh(elsewhere->refresh_token)), "session_over");
  EXPECT_TRUE(refresh(who->refresh_token));
  EXPECT_TRUE(refresh(stranger->refresh_token));
}

TEST_F(PasswordChangeTest, NeedsThePresentPassword) {
  const auto who = sign_up(), elsewhere = sign_in();
  EXPECT_EQ(change_password(*who, "wrong"), "wrong_password");
  EXPECT_TRUE(sign_in("secret"));
  EXPECT_TRUE(refresh(elsewhere->refresh_token));
}

TEST_F(PasswordChangeTest, CountsAWrongPasswordAsAFailedSignIn) {
  const auto who = sign_up();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(change_password(*who, "wrong"), "wrong_password") << i;
  EXPECT_EQ(change_password(*who, "secret"), "too_many_attempts");
  EXPECT_EQ(refusal_of(sign_in()), "too_many_attempts");
  EXPECT_EQ(change_password(*who, "secret", who->device_cookie), "");
}

TEST_F(PasswordChangeTest, HappensNoMoreOftenThanItsLimit) {
  const auto who = sign_up(), stranger = sign_up("b@example.com");
  const auto change = [&](const SignedIn& whose, const std::string& from, const std::string& to) {
    return run(operations_.change_password(session_of(whose),
                                           {.password = from, .new_password = to}, visitor()));
  };
  for (int i = 0; i < password_changes.per_user.standard; ++i)
    ASSERT_TRUE(change(*who, i % 2 == 0 ? "secret" : "another", i % 2 == 0 ? "another" : "secret"));
  const auto refused = change(*who, "secret", "another");
  EXPECT_EQ(refusal_of(refused), "too_many_attempts");
  EXPECT_TRUE(change(*stranger, "secret", "another"));
  platform_.pass(refused.error().retry_after);
  EXPECT_TRUE(change(*who, "secret", "another"));
}

TEST_F(PasswordChangeTest, LosesToAChangeThatWasFaster) {
  const auto who = sign_up(), elsewhere = sign_in();
  lose_race_to(test_rival_password(), 2);  // before the count of the attempt and before the change
  EXPECT_EQ(change_password(*who, "secret"), "wrong_password");
  EXPECT_EQ(refusal_of(sign_in("another secret")), "invalid_credentials");
  EXPECT_TRUE(refresh(elsewhere->refresh_token));
}

using OwnSessionsTest = OwnAccountTest;

TEST_F(OwnSessionsTest, AreThoseOfTheAccountTheOneUsedLastFirst) {
  const auto first = sign_up();
  platform_.skip(1s);
  const auto second = sign_in();
  sign_up("b@example.com");
  EXPECT_THAT(ids_of(*first), testing::ElementsAre(session_of(*second).id, session_of(*first).id));
  platform_.skip(1min);
  refresh(first->refresh_token);
  EXPECT_THAT(ids_of(*first), testing::ElementsAre(session_of(*first).id, session_of(*second).id));
}

TEST_F(OwnSessionsTest, AreNotThoseThatAreOver) {
  const auto idle = sign_up();
  const auto signed_out = sign_in();
  sign_out(signed_out->refresh_token);
  platform_.skip(refresh_idle_max + 1ms);
  const auto now = sign_in();
  EXPECT_THAT(ids_of(*now), testing::ElementsAre(session_of(*now).id));
}

TEST_F(OwnSessionsTest, SayWhichOneAsks) {
  const auto other = sign_up();
  platform_.skip(1s);
  const auto who = sign_in();
  const auto live = run(operations_.list_sessions(session_of(*who)));
  const std::string json = to_json(*live, session_of(*who).id);
  EXPECT_THAT(json, testing::HasSubstr(R"("current":true)"));
  EXPECT_LT(json.find("current"), json.find(session_of(*other).id)) << json;
}

TEST_F(OwnSessionsTest, SayWhereTheyBegan) {
  Visitor from = visitor();
  from.user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
  const auto who = run(operations_.sign_up(credentials("a@example.com", "secret"), from));
  const auto live = run(operations_.list_sessions(session_of(*who)));
  EXPECT_EQ(live->at(0).device, "Firefox on Linux");
}

TEST_F(OwnSessionsTest, EndOneByOne) {
  const auto who = sign_up(), second = sign_in(), third = sign_in();
  EXPECT_EQ(end(*who, session_of(*second).id), "");
  EXPECT_EQ(refusal_of(refresh(second->refresh_token)), "session_over");
  EXPECT_TRUE(refresh(third->refresh_token));
  EXPECT_EQ(end(*who, session_of(*second).id), "session_not_found");
}

TEST_F(OwnSessionsTest, OfAnotherAccountCannotBeEnded) {
  const auto who = sign_up(), stranger = sign_up("b@example.com");
  EXPECT_EQ(end(*who, session_of(*stranger).id), "session_not_found");
  EXPECT_TRUE(refresh(stranger->refresh_token));
}

TEST_F(OwnSessionsTest, EndAllButTheOneThatAsks) {
  const auto who = sign_up(), second = sign_in(), stranger = sign_up("b@example.com");
  EXPECT_EQ(end_others(*who), "");
  EXPECT_EQ(refusal_of(refresh(second->refresh_token)), "session_over");
  EXPECT_TRUE(refresh(stranger->refresh_token));
  EXPECT_TRUE(refresh(who->refresh_token));
}

// Its access token is still good for some minutes: a thief who was signed out could sign the owner
// out with it.
TEST_F(OwnSessionsTest, ThatHaveEndedCanDoNothingToTheOthers) {
  const auto owner = sign_up(), thief = sign_in();
  EXPECT_EQ(end(*owner, session_of(*thief).id), "");
  EXPECT_EQ(end_others(*thief), "session_over");
  EXPECT_EQ(end(*thief, session_of(*owner).id), "session_over");
  EXPECT_EQ(change_password(*thief, "secret"), "session_over");
  EXPECT_EQ(refusal_of(run(operations_.list_sessions(session_of(*thief)))), "session_over");
  EXPECT_TRUE(refresh(owner->refresh_token));
}

}  // namespace
}  // namespace ticketing::auth
