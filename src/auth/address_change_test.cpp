// Another address for an account: asked for with the password, counted once its link is used.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "auth/limits.hpp"
#include "auth/test_address_change.hpp"

namespace ticketing::auth {
namespace {

using namespace std::chrono_literals;

TEST_F(AddressChangeTest, CountsOnceTheLinkIsUsed) {
  const auto who = sign_up();
  EXPECT_EQ(ask(*who), "");
  const auto asked = requests();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].email, "a@example.com");
  EXPECT_EQ(asked[0].new_email, "new@example.com");
  EXPECT_EQ(refusal_of_sign_in("a@example.com"), "") << "to ask changes nothing";
  const std::string token = last_token();
  EXPECT_EQ(use(token, own_session(*who)), "");
  EXPECT_EQ(refusal_of_sign_in("a@example.com"), "invalid_credentials");
  const auto again = sign_in("secret", "", "new@example.com");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->user_id, who->user_id);
  EXPECT_TRUE(again->email_verified);
  EXPECT_EQ(refresh(who->refresh_token)->email, "new@example.com") << "its session goes on";
  const auto changed = events("user.address_changed");
  ASSERT_EQ(changed.size(), 1U);
  const auto told = contracts::decode<contracts::AddressChanged>(changed[0].payload).value();
  EXPECT_EQ(told.former_email, "a@example.com");
  EXPECT_EQ(told.email, "new@example.com");
  EXPECT_EQ(told.version, 1);
  EXPECT_EQ(use(token), "link_over");
}

TEST_F(AddressChangeTest, NeedsThePasswordAndAnAddressWithoutAnAccount) {
  const auto who = sign_up();
  ASSERT_TRUE(sign_up("b@example.com"));
  EXPECT_EQ(ask(*who, "new@example.com", "wrong"), "wrong_password");
  EXPECT_EQ(ask(*who, "b@example.com"), "email_in_use");
  EXPECT_EQ(ask(*who, "a@example.com"), "email_in_use");
  EXPECT_TRUE(requests().empty());
}

TEST_F(AddressChangeTest, SaysOfNoMoreAddressesThanItsLimitWhetherTheyHaveAnAccount) {
  const auto who = sign_up();
  ASSERT_TRUE(sign_up("b@example.com"));
  for (std::int64_t i = 0; i < limits_.verifications_an_hour; ++i)
    EXPECT_EQ(ask(*who, "b@example.com"), "email_in_use");
  EXPECT_EQ(ask(*who, "b@example.com"), "too_many_attempts");
}

TEST_F(AddressChangeTest, LosesToAnAccountThatIsOpenedMeanwhile) {
  const auto who = sign_up();
  ask(*who);
  ASSERT_TRUE(sign_up("new@example.com"));
  EXPECT_EQ(use(last_token()), "email_in_use");
  EXPECT_EQ(refusal_of_sign_in("a@example.com"), "");
  EXPECT_TRUE(events("user.address_changed").empty());
}

TEST_F(AddressChangeTest, LosesToOneThatIsOpenedInTheSameMoment) {
  const auto who = sign_up();
  ask(*who);
  const std::string token = last_token();
  lose_race_to(test_rival_account("rival", "new@example.com", "new@example.com"));
  EXPECT_EQ(use(token), "email_in_use");
}

TEST_F(AddressChangeTest, EndsWithItsTime) {
  const auto who = sign_up();
  ask(*who);
  const std::string token = last_token();
  platform_.skip(AddressChangeRequested::link_life);
  EXPECT_EQ(use(token), "link_over");
}

TEST_F(AddressChangeTest, EndsAllSessionsButThatOfTheBrowserThatUsesTheLink) {
  const auto here = sign_up(), there = sign_in(), stranger = sign_up("b@example.com");
  ask(*here);
  EXPECT_EQ(use(last_token(), own_session(*here)), "");
  EXPECT_TRUE(refresh(here->refresh_token));
  EXPECT_EQ(refusal_of(refresh(there->refresh_token)), "session_over");
  EXPECT_TRUE(refresh(stranger->refresh_token));
  ask(*here, "other@example.com");
  EXPECT_EQ(use(last_token(), own_session(*stranger)), "");
  EXPECT_EQ(refusal_of(refresh(here->refresh_token)), "session_over") << "the caller is another";
}

TEST_F(AddressChangeTest, EndsOtherLinksOfTheAccount) {
  const auto who = sign_up();
  ask(*who);
  const std::string first = last_token();
  ask(*who, "other@example.com");
  const std::string second = last_token();
  EXPECT_EQ(use(second), "");
  EXPECT_EQ(use(first), "link_over");
}

// What its mail to the present address tells an owner to do who did not ask.
TEST_F(AddressChangeTest, EndsWithANewPassword) {
  const auto who = sign_up();
  ask(*who);
  EXPECT_TRUE(run(operations_.change_password(
      own_session(*who), {.password = "secret", .new_password = "another secret"}, visitor())));
  EXPECT_EQ(use(last_token()), "link_over");
}

// The change did not see the link, which was made at the same moment.
TEST_F(AddressChangeTest, EndsWithANewPasswordThatDidNotSeeTheLink) {
  const auto who = sign_up();
  ask(*who);
  run(platform_.database().write(test_rival_password()));
  EXPECT_EQ(use(last_token()), "link_over");
  EXPECT_EQ(refusal_of(sign_in("a rival")), "");
}

TEST_F(AddressChangeTest, LosesToANewPasswordWhileItsLinkIsUsed) {
  const auto who = sign_up();
  ask(*who);
  const std::string token = last_token();
  lose_race_to(test_rival_password());
  EXPECT_EQ(use(token), "link_over");
}

TEST_F(AddressChangeTest, LosesToANewPasswordOfTheSameMoment) {
  const auto who = sign_up();
  lose_race_to(test_rival_password(), 3);  // before the counts of the attempt and before the link
  EXPECT_EQ(ask(*who), "too_many_attempts");
  EXPECT_THAT(requests(), testing::IsEmpty());
}

TEST_F(AddressChangeTest, IsMailedNoMoreOftenThanItsLimit) {
  const auto who = sign_up();
  const std::int64_t most = verifications.per_user.standard;
  for (std::int64_t i = 0; i < most; ++i)
    EXPECT_EQ(ask(*who, fmt::format("new{}@example.com", i)), "");
  EXPECT_EQ(ask(*who), "too_many_attempts");
  platform_.skip(1h);
  EXPECT_EQ(ask(*sign_in()), "");
}

}  // namespace
}  // namespace ticketing::auth
