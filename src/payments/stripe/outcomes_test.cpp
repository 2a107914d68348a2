#include "payments/stripe/outcomes.hpp"

#include <gtest/gtest.h>

namespace ticketing::payments::stripe {
namespace {

Intent intent(IntentStatus status) {
  return {.id = "pi_1", .status = status, .client_secret = "secret"};
}

TEST(Outcomes, OfAnAuthorisationFollowTheIntentsState) {
  EXPECT_TRUE(std::holds_alternative<Authorized>(authorize_outcome(intent(IntentStatus::held))));
  EXPECT_TRUE(std::holds_alternative<Declined>(authorize_outcome(intent(IntentStatus::declined))));
  EXPECT_TRUE(std::holds_alternative<Unknown>(authorize_outcome(intent(IntentStatus::processing))));
  const auto action = authorize_outcome(intent(IntentStatus::requires_action));
  EXPECT_EQ(std::get<RequiresAction>(action).client_secret, "secret");
}

TEST(Outcomes, OfARefusalAreADeclineExceptForAReusedKey) {
  const auto declined = authorize_outcome(
      Reply{.status = 402, .body = R"({"error":{"type":"card_error","code":"expired_card"}})"});
  EXPECT_EQ(std::get<Declined>(declined).code, "expired_card");
  EXPECT_TRUE(std::holds_alternative<Unknown>(authorize_outcome(
      Reply{.status = 400, .body = R"({"error":{"type":"idempotency_error"}})"})));
  EXPECT_TRUE(
      std::holds_alternative<Unknown>(authorize_outcome(Reply{.status = 200, .body = "<"})));
}

TEST(Outcomes, OfACaptureAreRefusedOnlyWhenTheHoldIsGone) {
  EXPECT_TRUE(std::holds_alternative<Captured>(capture_outcome(intent(IntentStatus::taken), {})));
  EXPECT_TRUE(std::holds_alternative<Refused>(capture_outcome(intent(IntentStatus::released), {})));
  EXPECT_TRUE(std::holds_alternative<Unknown>(capture_outcome(intent(IntentStatus::held), {})));
}

TEST(Outcomes, OfAReleaseAreRefusedOnlyWhenTheMoneyWasTaken) {
  EXPECT_TRUE(
      std::holds_alternative<Released>(release_outcome(intent(IntentStatus::released), {})));
  EXPECT_TRUE(std::holds_alternative<Refused>(release_outcome(intent(IntentStatus::taken), {})));
  EXPECT_TRUE(std::holds_alternative<Unknown>(release_outcome(intent(IntentStatus::held), {})));
}

TEST(Outcomes, DistinguishNotSentFromUnknown) {
  EXPECT_TRUE(std::holds_alternative<NotSent>(no_answer<CaptureOutcome>(ApiFailure{})));
  EXPECT_TRUE(
      std::holds_alternative<Unknown>(no_answer<CaptureOutcome>(ApiFailure{.maybe_done = true})));
}

}  // namespace
}  // namespace ticketing::payments::stripe
