// The end of an account: asked for with the password, done by a mailed link.
#include <gmock/gmock.h>

#include "auth/limits.hpp"
#include "auth/test_auth.hpp"
#include "contracts/auth_events.hpp"

namespace ticketing::auth {
namespace {

using contracts::ErasureRequested;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const db::Sql test_rows_of_auth{
    "test_rows_of_auth",
    "SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM sessions) AS sessions, "
    "(SELECT count(*) FROM one_time_tokens) AS tokens, (SELECT count(*) FROM erased_users) AS "
    "erased"};
const db::Sql test_payloads{"test_payloads", "SELECT payload FROM outbox ORDER BY id"};

class AccountErasureTest : public AuthTest {
 protected:
  std::string ask(const SignedIn& who, const std::string& password = "secret") {
    return refusal_of(run(operations_.request_erasure(own_session(who), password, visitor())));
  }
  std::string last_token() {
    const auto asked =
        contracts::decode<ErasureRequested>(events("user.erasure_requested").back().payload);
    return TextSeal(mail_key_).open(asked->sealed_token, asked->id).value();
  }
  std::string use(const std::string& token) {
    return refusal_of(run(operations_.erase_account(token, visitor())));
  }
  std::vector<std::int64_t> rows() {
    const auto found = run(data_.database().query(test_rows_of_auth()));
    const db::Row& row = found.rows.front();
    return {row.integer("users"), row.integer("sessions"), row.integer("tokens"),
            row.integer("erased")};
  }
  std::string payloads() {
    std::string all;
    for (const db::Row& row : run(data_.database().query(test_payloads())).rows)
      all += row.text("payload") + "\n";
    return all;
  }
};

TEST_F(AccountErasureTest, LeavesNothingButTheNumberOfTheUser) {
  const auto who = sign_up(), other = sign_up("b@example.com");
  ASSERT_TRUE(sign_in());
  EXPECT_EQ(ask(*who), "");
  EXPECT_EQ(refusal_of(sign_in()), "") << "to ask deletes nothing";
  EXPECT_THAT(payloads(), HasSubstr("a@example.com"));
  EXPECT_EQ(use(last_token()), "");
  EXPECT_EQ(rows(), (std::vector<std::int64_t>{1, 1, 0, 1}));
  const auto told = events("user.erased");
  ASSERT_EQ(told.size(), 1U);
  const auto erased = contracts::decode<contracts::UserErased>(told[0].payload).value();
  EXPECT_EQ(erased.id, who->user_id);
  EXPECT_EQ(erased.version, 1);
  EXPECT_THAT(payloads(), Not(HasSubstr("a@example.com")));
  EXPECT_THAT(payloads(), HasSubstr("b@example.com"));
  EXPECT_EQ(refusal_of(sign_in()), "invalid_credentials");
  EXPECT_EQ(refusal_of(refresh(who->refresh_token)), "session_over");
  EXPECT_EQ(refusal_of(run(operations_.check_session(own_session(*who)))), "session_over");
  EXPECT_EQ(ask(*who), "session_over");
  EXPECT_EQ(refusal_of(sign_in("secret", "", "b@example.com")), "");
}

TEST_F(AccountErasureTest, FreesTheAddress) {
  const auto who = sign_up();
  ask(*who);
  const std::string token = last_token();
  EXPECT_EQ(use(token), "");
  const auto again = sign_up();
  ASSERT_TRUE(again);
  EXPECT_NE(again->user_id, who->user_id);
  EXPECT_EQ(use(token), "link_over") << "the link was of the account before";
  EXPECT_EQ(refusal_of(sign_in()), "");
}

TEST_F(AccountErasureTest, NeedsThePassword) {
  const auto who = sign_up();
  EXPECT_EQ(ask(*who, "wrong"), "wrong_password");
  EXPECT_THAT(events("user.erasure_requested"), IsEmpty());
}

TEST_F(AccountErasureTest, EndsWithItsTime) {
  const auto who = sign_up();
  ask(*who);
  const std::string token = last_token();
  platform_.skip(ErasureRequested::link_life);
  EXPECT_EQ(use(token), "link_over");
  EXPECT_EQ(rows().front(), 1);
}

// What the mail tells an owner to do who did not ask.
TEST_F(AccountErasureTest, EndsWithANewPassword) {
  const auto who = sign_up();
  ask(*who);
  const std::string token = last_token();
  EXPECT_TRUE(run(operations_.change_password(
      own_session(*who), {.password = "secret", .new_password = "another secret"}, visitor())));
  EXPECT_EQ(use(token), "link_over");
  EXPECT_EQ(rows().front(), 1);
}

TEST_F(AccountErasureTest, LosesToAChangeOfTheSameMoment) {
  const auto who = sign_up();
  ask(*who);
  const std::string token = last_token();
  static const db::Sql rival{"test_rival_version", "UPDATE users SET version = version + 1"};
  lose_race_to(rival());
  EXPECT_EQ(use(token), "link_over");
  EXPECT_EQ(rows(), (std::vector<std::int64_t>{1, 1, 1, 0}));
  EXPECT_THAT(events("user.erased"), IsEmpty());
}

TEST_F(AccountErasureTest, IsOfThisLinkAlone) {
  const auto who = sign_up();
  ASSERT_TRUE(run(operations_.request_verification(own_session(*who), visitor())));
  const auto asked = contracts::decode<contracts::VerificationRequested>(
      events("user.verification_requested").back().payload);
  EXPECT_EQ(use(TextSeal(mail_key_).open(asked->sealed_token, asked->id).value()), "link_over");
  ask(*who);
  EXPECT_EQ(refusal_of(run(operations_.verify(last_token(), std::nullopt, visitor()))),
            "link_over");
}

TEST_F(AccountErasureTest, IsMailedNoMoreOftenThanItsLimit) {
  const auto who = sign_up();
  for (std::int64_t i = 0; i < verifications.per_user.standard; ++i) EXPECT_EQ(ask(*who), "");
  EXPECT_EQ(ask(*who), "too_many_attempts");
}

// A session, or a link, of an account that is deleted while it begins.
TEST_F(AccountErasureTest, LeavesNothingThatBeginsMeanwhile) {
  const auto who = sign_up();
  static const db::Sql deleted{"test_deleted", "DELETE FROM users WHERE id = $1"};
  lose_race_to(deleted(who->user_id), 3);
  EXPECT_EQ(refusal_of(sign_in()), "invalid_credentials");
  EXPECT_THAT(events("user.device_added"), IsEmpty());
  EXPECT_EQ(rows()[1], 1) << "the one from before";
}

TEST_F(AccountErasureTest, IsPublishedOnceMoreToNewListeners) {
  const auto who = sign_up();
  ask(*who);
  use(last_token());
  const auto all = republished();
  const auto page = run(data_.database().query(all.tables[1].page("", 10)));
  ASSERT_EQ(page.rows.size(), 1U);
  const auto again = all.tables[1].events_of(page.rows.front());
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].subject, "user.erased");
  EXPECT_EQ(again[0].payload, events("user.erased")[0].payload);
}

}  // namespace
}  // namespace ticketing::auth
