// An owner takes the account back whose address was changed by a thief, who knew the password.
#include <gmock/gmock.h>

#include "auth/test_address_change.hpp"
#include "common/runtime/change.hpp"

namespace ticketing::auth {
namespace {

using namespace std::chrono_literals;
using contracts::AddressChanged;

class RestoringTest : public AddressChangeTest {
 protected:
  // By a thief, who knows the password, from the address that the account has now.
  void change(const std::string& from, const std::string& to,
              const std::string& password = "secret") {
    const auto thief = sign_in(password, "", from);
    ASSERT_TRUE(thief) << thief.error().detail;
    ASSERT_EQ(ask(*thief, to, password), "");
    ASSERT_EQ(use(last_token(), own_session(*thief)), "");
  }
  std::vector<AddressChanged> changes() {
    std::vector<AddressChanged> all;
    for (const bus::Event& event : events("user.address_changed"))
      all.push_back(contracts::decode<AddressChanged>(event.payload).value());
    return all;
  }
  // Of the link that was mailed to this former address.
  std::string token_to(const std::string& email) {
    for (const AddressChanged& changed : changes()) {
      if (changed.former_email != email || !changed.sealed_token) continue;
      return TextSeal(mail_key_).open(*changed.sealed_token, changed.id).value();
    }
    return {};
  }
  std::string restore(const std::string& token, const std::string& password = "another secret") {
    return refusal_of(run(operations_.restore_address(token, password, visitor())));
  }
  bool is_account_of(const std::string& email, const std::string& password) {
    return sign_in(password, "", email).has_value();
  }
};

TEST_F(RestoringTest, IsNotForestalledByTheEndOfTheAccount) {
  sign_up();
  change("a@example.com", "thief@example.com");
  const auto thief = sign_in("secret", "", "thief@example.com");
  const auto ask_for_the_end = [&](const SignedIn& who) {
    return refusal_of(run(operations_.request_erasure(own_session(who), "secret", visitor())));
  };
  EXPECT_EQ(ask_for_the_end(*thief), "address_changed_lately");
  EXPECT_EQ(events("user.erasure_requested").size(), 0U);
  platform_.skip(AddressChanged::link_life);
  EXPECT_EQ(ask_for_the_end(*sign_in("secret", "", "thief@example.com")), "");
}

TEST_F(RestoringTest, GivesTheFormerAddressBackWithANewPassword) {
  const auto owner = sign_up();
  change("a@example.com", "thief@example.com");
  const auto thief = sign_in("secret", "", "thief@example.com");
  EXPECT_EQ(restore(token_to("a@example.com")), "");
  EXPECT_EQ(refusal_of(refresh(thief->refresh_token)), "session_over");
  EXPECT_FALSE(is_account_of("a@example.com", "secret")) << "the thief knows it";
  EXPECT_FALSE(is_account_of("thief@example.com", "another secret"));
  const auto again = sign_in("another secret");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->user_id, owner->user_id);
  EXPECT_TRUE(again->email_verified);
  const AddressChanged told = changes().back();
  EXPECT_EQ(told.email, "a@example.com");
  EXPECT_EQ(told.former_email, "thief@example.com");
  EXPECT_EQ(told.version, 2);
  EXPECT_FALSE(told.sealed_token) << "who was told could undo it again";
  EXPECT_EQ(restore(token_to("a@example.com"), "a third secret"), "link_over");
}

TEST_F(RestoringTest, EndsTheLinksThatAThiefHasAskedFor) {
  sign_up();
  change("a@example.com", "thief@example.com");
  const auto thief = sign_in("secret", "", "thief@example.com");
  ask(*thief, "other@example.com");
  const std::string token = last_token();
  EXPECT_EQ(restore(token_to("a@example.com")), "");
  EXPECT_EQ(use(token), "link_over");
}

TEST_F(RestoringTest, IsForTheFirstOwnerAlsoAfterFurtherChanges) {
  sign_up();
  change("a@example.com", "thief@example.com");
  change("thief@example.com", "second@example.com");
  const std::string of_owner = token_to("a@example.com"), of_thief = token_to("thief@example.com");
  EXPECT_EQ(restore(of_thief, "of the thief"), "") << "a former address, too";
  EXPECT_TRUE(is_account_of("thief@example.com", "of the thief"));
  EXPECT_EQ(restore(of_owner), "");
  EXPECT_TRUE(is_account_of("a@example.com", "another secret"));
}

TEST_F(RestoringTest, EndsTheLinksOfTheAddressesThatCameAfter) {
  sign_up();
  change("a@example.com", "thief@example.com");
  change("thief@example.com", "second@example.com");
  const std::string of_thief = token_to("thief@example.com");
  EXPECT_EQ(restore(token_to("a@example.com")), "");
  EXPECT_EQ(restore(of_thief, "of the thief"), "link_over");
  EXPECT_TRUE(is_account_of("a@example.com", "another secret"));
}

TEST_F(RestoringTest, IsNotEndedByANewPasswordOfTheThief) {
  sign_up();
  change("a@example.com", "thief@example.com");
  const auto thief = sign_in("secret", "", "thief@example.com");
  EXPECT_TRUE(run(operations_.change_password(
      own_session(*thief), {.password = "secret", .new_password = "of the thief"}, visitor())));
  EXPECT_EQ(restore(token_to("a@example.com")), "");
  EXPECT_TRUE(is_account_of("a@example.com", "another secret"));
}

TEST_F(RestoringTest, IsNotEndedByANewPasswordAtTheSameMoment) {
  sign_up();
  change("a@example.com", "thief@example.com");
  lose_race_to(test_rival_password());
  EXPECT_EQ(restore(token_to("a@example.com")), "");
  EXPECT_TRUE(is_account_of("a@example.com", "another secret"));
}

TEST_F(RestoringTest, IsInTheAuditLogAlsoWhenAnotherChangeWasFasterEachTime) {
  sign_up();
  change("a@example.com", "thief@example.com");
  const std::string token = token_to("a@example.com");
  lose_race_to(test_rival_password(), runtime::change_attempts_max);
  testing::internal::CaptureStderr();
  EXPECT_THROW(restore(token), runtime::ChangedTooOften);
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, testing::HasSubstr(R"("event":"address_restored","outcome":"refused",)"
                                      R"("reason":"unavailable")"));
  EXPECT_EQ(restore(token), "");
}

TEST_F(RestoringTest, IsPossibleForThreeDays) {
  sign_up();
  change("a@example.com", "thief@example.com");
  const std::string token = token_to("a@example.com");
  platform_.skip(71h);
  run(operations_.clean_up());
  change("thief@example.com", "second@example.com");
  EXPECT_EQ(restore(token), "");
  change("a@example.com", "thief@example.com", "another secret");
  const auto last = changes().back();
  platform_.skip(72h);
  EXPECT_EQ(restore(TextSeal(mail_key_).open(last.sealed_token.value(), last.id).value()),
            "link_over");
}

TEST_F(RestoringTest, KeepsTheFormerAddressForTheOwnerMeanwhile) {
  sign_up();
  const auto other = sign_up("b@example.com");
  ask(*other, "c@example.com");
  change("a@example.com", "thief@example.com");
  EXPECT_EQ(refusal_of(sign_up("a@example.com")), "email_in_use");
  EXPECT_EQ(ask(*other, "a@example.com"), "email_in_use");
  platform_.skip(72h);
  address_ = "127.0.0.2";  // the other one has its limit of sign-ups
  EXPECT_EQ(refusal_of(sign_up("a@example.com")), "");
}

TEST_F(RestoringTest, KeepsTheFormerAddressFromALinkThatWasMailedBefore) {
  const auto other = sign_up("b@example.com");
  ask(*other, "a@example.com");
  const std::string token = last_token();
  sign_up("a@example.com");
  change("a@example.com", "thief@example.com");
  EXPECT_EQ(use(token), "email_in_use");
  EXPECT_EQ(restore(token_to("a@example.com")), "");
}

TEST_F(RestoringTest, IsOverOnceTheOwnerHasChangedBack) {
  sign_up();
  change("a@example.com", "b@example.com");
  const std::string token = token_to("a@example.com");
  change("b@example.com", "a@example.com");
  EXPECT_EQ(restore(token), "link_over");
}

// Where an address has to be verified, one that was not may have been mistyped at sign-up: its
// reader is a stranger, and the change is the owner's.
TEST_F(RestoringTest, IsNotOfferedToAnAddressThatWasNotVerifiedWhereItHasToBe) {
  sign_up();
  platform_.get().identity.require_verified_addresses(true);
  change("a@example.com", "mine@example.com");
  EXPECT_FALSE(changes().back().sealed_token);
  change("mine@example.com", "other@example.com");
  EXPECT_TRUE(changes().back().sealed_token);
}

TEST_F(RestoringTest, TakesNoTokenOfAnotherPurpose) {
  const auto who = sign_up();
  ask(*who);
  const std::string to_change = last_token();
  EXPECT_EQ(restore(to_change), "link_over");
  EXPECT_EQ(use(to_change, own_session(*who)), "");
  const std::string token = token_to("a@example.com");
  EXPECT_EQ(use(token), "link_over");
  EXPECT_EQ(refusal_of(run(operations_.reset_password(token, "another secret", visitor()))),
            "link_over");
  EXPECT_EQ(restore(token), "");
}

TEST_F(RestoringTest, KeepsTheTokenNowhereInClear) {
  sign_up();
  change("a@example.com", "thief@example.com");
  const std::string token = token_to("a@example.com");
  for (const bus::Event& event : platform_.events())
    EXPECT_EQ(event.payload.find(token), std::string::npos) << event.payload;
  for (const std::string& file : platform_.stored_files())
    EXPECT_EQ(file.find(token), std::string::npos);
}

}  // namespace
}  // namespace ticketing::auth
