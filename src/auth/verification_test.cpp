// Whose the address of an account is: a link by mail, its use, and what tokens say afterwards.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "auth/limits.hpp"
#include "auth/one_time_token.hpp"
#include "auth/test_auth.hpp"
#include "contracts/auth_events.hpp"

namespace ticketing::auth {
namespace {

using namespace std::chrono_literals;

class VerificationTest : public AuthTest {
 protected:
  std::string ask(const SignedIn& who) {
    return refusal_of(run(operations_.request_verification(own_session(who), visitor())));
  }
  std::vector<contracts::VerificationRequested> requests() {
    std::vector<contracts::VerificationRequested> all;
    for (const bus::Event& event : events("user.verification_requested")) {
      all.push_back(contracts::decode<contracts::VerificationRequested>(event.payload).value());
    }
    return all;
  }
  std::string last_token() {
    const auto last = requests().back();
    return TextSeal(mail_key_).open(last.sealed_token, last.id).value();
  }
  std::string verify(const std::string& token) {
    return refusal_of(run(operations_.verify(token, std::nullopt, visitor())));
  }
  Task<> verify_by_rival(std::string token) {
    const auto rival = co_await operations_.verify(token, std::nullopt, visitor());
    EXPECT_TRUE(rival);
  }
};

TEST_F(VerificationTest, IsSaidByTokensFromThenOn) {
  const auto who = sign_up();
  EXPECT_FALSE(who->email_verified);
  EXPECT_FALSE(claims_of(who->access_token).email_verified);
  EXPECT_EQ(ask(*who), "");
  const auto asked = requests();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].email, "a@example.com");
  EXPECT_FALSE(sign_in()->email_verified) << "to ask proves nothing";
  EXPECT_EQ(verify(last_token()), "");
  const auto again = refresh(who->refresh_token);
  EXPECT_TRUE(again->email_verified);
  EXPECT_TRUE(claims_of(again->access_token).email_verified);
}

TEST_F(VerificationTest, RenewsTheTokenOfTheBrowserWithoutMakingItLast) {
  const auto who = sign_up();
  ask(*who);
  const std::string token = last_token();
  platform_.skip(5min);
  const auto renewed = run(operations_.verify(token, own_session(*who), visitor()));
  ASSERT_TRUE(renewed);
  ASSERT_TRUE(*renewed);
  const auto before = claims_of(who->access_token), after = claims_of(**renewed);
  EXPECT_TRUE(after.email_verified);
  EXPECT_EQ(after.session_id, before.session_id);
  EXPECT_EQ(after.expires_at, before.expires_at);
}

TEST_F(VerificationTest, RenewsNoTokenOfAnotherAccountAndOfASessionThatHasEnded) {
  const auto who = sign_up(), stranger = sign_up("b@example.com");
  ask(*who);
  ask(*who);
  const std::string second = last_token();
  const auto first = requests().front();
  const std::string token = TextSeal(mail_key_).open(first.sealed_token, first.id).value();
  const auto elsewhere = run(operations_.verify(token, own_session(*stranger), visitor()));
  ASSERT_TRUE(elsewhere);
  EXPECT_FALSE(*elsewhere);
  EXPECT_FALSE(sign_in("secret", "", "b@example.com")->email_verified);
  EXPECT_TRUE(sign_in()->email_verified);
  sign_out(who->refresh_token);
  const auto ended = run(operations_.verify(second, own_session(*who), visitor()));
  ASSERT_TRUE(ended);
  EXPECT_FALSE(*ended);
}

TEST_F(VerificationTest, HasATokenThatIsGoodOnce) {
  const auto who = sign_up();
  ask(*who);
  const std::string token = last_token();
  EXPECT_EQ(verify(token), "");
  EXPECT_EQ(verify(token), "link_over");
}

TEST_F(VerificationTest, LosesTheRaceToAnotherUseOfTheToken) {
  const auto who = sign_up();
  ask(*who);
  const std::string token = last_token();
  platform_.database().before_next_commit([&] { return verify_by_rival(token); });
  EXPECT_EQ(verify(token), "link_over");
  EXPECT_TRUE(sign_in()->email_verified);
}

TEST_F(VerificationTest, HasATokenThatIsGoodForADay) {
  const auto who = sign_up();
  ask(*who);
  const std::string token = last_token();
  platform_.skip(life_of(Purpose::verify));
  EXPECT_EQ(verify(token), "link_over");
  EXPECT_FALSE(sign_in()->email_verified);
}

TEST_F(VerificationTest, TakesNoTokenOfAnotherPurpose) {
  const auto who = sign_up();
  ask(*who);
  const std::string token = last_token();
  EXPECT_EQ(refusal_of(run(operations_.reset_password(token, "another secret", visitor()))),
            "link_over");
  run(operations_.request_reset({.email = "a@example.com", .former_email = "a@example.com"},
                                visitor()));
  const auto reset =
      contracts::decode<contracts::ResetRequested>(events("user.reset_requested").back().payload);
  const std::string of_reset = TextSeal(mail_key_).open(reset->sealed_token, reset->id).value();
  EXPECT_EQ(verify(of_reset), "link_over");
  EXPECT_EQ(verify("x"), "link_over");
  EXPECT_FALSE(sign_in()->email_verified);
}

TEST_F(VerificationTest, ComesWithANewPasswordByAMailedLink) {
  sign_up();
  run(operations_.request_reset({.email = "a@example.com", .former_email = "a@example.com"},
                                visitor()));
  const auto reset =
      contracts::decode<contracts::ResetRequested>(events("user.reset_requested").back().payload);
  const std::string token = TextSeal(mail_key_).open(reset->sealed_token, reset->id).value();
  EXPECT_TRUE(run(operations_.reset_password(token, "another secret", visitor())));
  EXPECT_TRUE(sign_in("another secret")->email_verified);
}

TEST_F(VerificationTest, IsMailedNoMoreOftenThanItsLimit) {
  const auto who = sign_up(), stranger = sign_up("b@example.com");
  for (int i = 0; i < verifications.per_user.standard; ++i) EXPECT_EQ(ask(*who), "") << i;
  platform_.skip(5min);
  const auto refused = run(operations_.request_verification(own_session(*who), visitor()));
  EXPECT_EQ(refusal_of(refused), "too_many_attempts");
  EXPECT_GT(refused.error().retry_after, 50min);
  EXPECT_LE(refused.error().retry_after, 55min);
  EXPECT_EQ(ask(*stranger), "");
  EXPECT_EQ(std::ssize(requests()), verifications.per_user.standard + 1);
  platform_.skip(refused.error().retry_after);
  EXPECT_EQ(ask(*sign_in()), "");
}

TEST_F(VerificationTest, IsLimitedForEachAddress) {
  platform_.get().identity.require_verified_addresses(true);
  for (int i = 0; i < limits_.verifications_an_hour; ++i) {
    platform_.pass(20s);  // sign-ups have a limit of their own
    ASSERT_TRUE(sign_up(fmt::format("{}@example.com", i)));
  }
  const auto who = sign_up("last@example.com");
  ASSERT_TRUE(who) << "the account is made";
  EXPECT_EQ(std::ssize(requests()), limits_.verifications_an_hour) << "and its mail can wait";
  EXPECT_EQ(ask(*who), "too_many_attempts");
  address_ = "127.0.0.2";
  EXPECT_EQ(ask(*who), "");
  sign_up("b@example.com");
  EXPECT_EQ(requests().back().email, "b@example.com");
}

TEST_F(VerificationTest, CostsTheAddressNothingWhereItsAccountHasTooMany) {
  const auto greedy = sign_up();
  for (int i = 0; i < 3 * limits_.verifications_an_hour; ++i) ask(*greedy);
  EXPECT_EQ(std::ssize(requests()), verifications.per_user.standard);
  EXPECT_EQ(ask(*sign_up("b@example.com")), "");
}

TEST_F(VerificationTest, IsNotMailedOnceItIsDone) {
  const auto who = sign_up(), there = sign_in();
  ask(*who);
  EXPECT_EQ(verify(last_token()), "");
  const auto renewed = run(operations_.request_verification(own_session(*there), visitor()));
  ASSERT_TRUE(renewed);
  ASSERT_TRUE(*renewed) << "the other browser learns of it";
  EXPECT_TRUE(claims_of(**renewed).email_verified);
  EXPECT_EQ(requests().size(), 1U);
}

TEST_F(VerificationTest, IsAskedForByASessionThatGoesOn) {
  const auto who = sign_up();
  sign_out(who->refresh_token);
  EXPECT_EQ(ask(*who), "session_over");
  EXPECT_TRUE(requests().empty());
}

TEST_F(VerificationTest, IsMailedAtSignUpOnlyWhereItIsRequired) {
  sign_up();
  EXPECT_TRUE(requests().empty());
  platform_.get().identity.require_verified_addresses(true);
  const auto who = sign_up("b@example.com");
  const auto asked = requests();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].email, "b@example.com");
  EXPECT_EQ(asked[0].user_id, who->user_id);
  EXPECT_EQ(verify(last_token()), "");
  EXPECT_TRUE(refresh(who->refresh_token)->email_verified);
}

TEST_F(VerificationTest, DoesNotUndoASignUpWhoseLinkCannotBeMailed) {
  platform_.get().identity.require_verified_addresses(true);
  platform_.database().fail_next_commit_of("insert_token",
                                           fixtures::TestDatabase::Failure::unavailable);
  const auto who = sign_up();
  ASSERT_TRUE(who);
  EXPECT_TRUE(requests().empty());
  EXPECT_EQ(ask(*who), "");
}

TEST_F(VerificationTest, IsNotMailedForASignUpThatLostTheRaceForItsAddress) {
  platform_.get().identity.require_verified_addresses(true);
  lose_race_to(test_rival_account("rival", "a@example.com", "a@example.com"));
  EXPECT_EQ(refusal_of(sign_up()), "email_in_use");
  EXPECT_TRUE(requests().empty());
}

TEST_F(VerificationTest, KeepsTheTokenNowhereInClear) {
  const auto who = sign_up();
  ask(*who);
  const std::string token = last_token();
  for (const bus::Event& event : platform_.events()) {
    EXPECT_EQ(event.payload.find(token), std::string::npos) << event.payload;
  }
  for (const std::string& file : platform_.stored_files()) {
    EXPECT_EQ(file.find(token), std::string::npos);
  }
}

}  // namespace
}  // namespace ticketing::auth
