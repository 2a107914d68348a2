// Another address for an account: asked for with the password, counted once its link is used.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "auth/limits.hpp"
#include "auth/test_auth.hpp"
#include "contracts/auth_events.hpp"

namespace ticketing::auth {
namespace {

using namespace std::chrono_literals;
using contracts::AddressChangeRequested;

class AddressChangeTest : public AuthTest {
 protected:
  OwnSession own_session(const SignedIn& who) {
    const auto claims = identity::TokenVerifier({key_.public_key()})
                            .verify(who.access_token, platform_.now())
                            .value();
    return {.user_id = claims.user_id, .id = claims.session_id, .token_ends_at = claims.expires_at};
  }
  std::string ask(const SignedIn& who, const std::string& email = "new@example.com",
                  const std::string& password = "secret") {
    return refusal_of(run(operations_.request_address_change(
        own_session(who), {.password = password, .email = email}, visitor())));
  }
  std::vector<AddressChangeRequested> requests() {
    std::vector<AddressChangeRequested> all;
    for (const bus::Event& event : events("user.address_change_requested"))
      all.push_back(contracts::decode<AddressChangeRequested>(event.payload).value());
    return all;
  }
  std::string last_token() {
    const auto last = requests().back();
    return TextSeal(mail_key_).open(last.sealed_token, last.id).value();
  }
  std::string use(const std::string& token) {
    return refusal_of(run(operations_.verify(token, std::nullopt, visitor())));
  }
  std::string refusal_of_sign_in(const std::string& email) {
    return refusal_of(sign_in("secret", "", email));
  }
};

TEST_F(AddressChangeTest, CountsOnceTheLinkIsUsed) {
  const auto who = sign_up();
  EXPECT_EQ(ask(*who), "");
  const auto asked = requests();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].email, "a@example.com");
  EXPECT_EQ(asked[0].new_email, "new@example.com");
  EXPECT_EQ(refusal_of_sign_in("a@example.com"), "") << "to ask changes nothing";
  const std::string token = last_token();
  EXPECT_EQ(use(token), "");
  EXPECT_EQ(refusal_of_sign_in("a@example.com"), "invalid_credentials");
  const auto again = sign_in("secret", "", "new@example.com");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->user_id, who->user_id);
  EXPECT_TRUE(again->email_verified);
  EXPECT_EQ(refresh(who->refresh_token)->email, "new@example.com") << "the session goes on";
  const auto changed = events("user.address_changed");
  ASSERT_EQ(changed.size(), 1U);
  const auto told = contracts::decode<contracts::AddressChanged>(changed[0].payload).value();
  EXPECT_EQ(told.former_email, "a@example.com");
  EXPECT_EQ(told.email, "new@example.com");
  EXPECT_EQ(told.version, 1);
  EXPECT_EQ(use(token), "link_over");
  EXPECT_TRUE(sign_up()) << "the former address is free";
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
