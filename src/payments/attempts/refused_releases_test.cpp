// A hold that the gateway refuses to release: because it was captured by hand while its order was
// cancelled, for example.
#include <gtest/gtest.h>

#include "payments/attempts/steps.hpp"
#include "payments/test_payments.hpp"

namespace ticketing::payments::attempts {
namespace {

class RefusedReleaseTest : public PaymentsTest {
 protected:
  RefusedReleaseTest() {
    gateway_.on_release = [] { return Refused{.code = "payment_intent_unexpected_state"}; };
  }
  // Its payment is held, and has to be released.
  std::string make_cancelled_order() {
    const std::string order_id = make_order();
    EXPECT_TRUE(pay(order_id));
    EXPECT_EQ(payment(order_id).status, "authorized");
    cancel(order_id);
    return order_id;
  }
  void gateway_has(const LookUpOutcome& found) {
    gateway_.on_look_up = [=](const auto&) { return found; };
  }
  void pass_retry(const std::string& order_id) {
    platform_.pass(payment(order_id).retry_at - platform_.now());
  }
  double stray_charges() { return platform_.metric("payments_stray_charges_total"); }

  const Intent taken_{.id = "pi",
                      .status = IntentStatus::taken,
                      .amount = Money{.cents = 2'000},
                      .captured = Money{.cents = 2'000}};
};

TEST_F(RefusedReleaseTest, IsRepeatedAsLongAsTheGatewayMayHoldTheMoney) {
  const std::string order_id = make_cancelled_order();
  for (const LookUpOutcome& found :
       {LookUpOutcome{Intent{.id = "pi", .status = IntentStatus::held}},
        LookUpOutcome{Intent{.id = "pi", .status = IntentStatus::processing}},
        LookUpOutcome{NoSuchIntent{}}, LookUpOutcome{NotSent{.reason = ""}},
        LookUpOutcome{Unknown{.reason = ""}}}) {
    gateway_has(found);
    process_attempts();
    EXPECT_EQ(payment(order_id).status, "authorized");
    pass_retry(order_id);
  }
  gateway_.on_release = [] { return Released{}; };
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "voided");
  EXPECT_EQ(stray_charges(), 0);
}

TEST_F(RefusedReleaseTest, EndsAnAttemptThatWasCapturedByHandAndCountsTheCharge) {
  const std::string order_id = make_cancelled_order();
  gateway_has(taken_);
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "voided");
  EXPECT_EQ(stray_charges(), 1);
  EXPECT_EQ(event_count("payment.voided"), 1U);
  platform_.pass(std::chrono::minutes{2});
  process_attempts();
  EXPECT_EQ(platform_.metric("payments_unfinished"), 0);
  EXPECT_EQ(gateway_.count("release"), 1);
  EXPECT_EQ(stray_charges(), 1);
}

TEST_F(RefusedReleaseTest, CountsNoChargeThatWasRefundedByHand) {
  gateway_.on_authorize = [](const auto&) {
    return RequiresAction{.stripe_id = "pi", .client_secret = "secret"};
  };
  const std::string order_id = make_order();
  EXPECT_TRUE(pay(order_id));
  Intent refunded = taken_;
  refunded.refunded = refunded.captured;
  gateway_has(refunded);
  cancel(order_id);
  pass_retry(order_id);
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "voided");
  EXPECT_EQ(stray_charges(), 0);
}

TEST_F(RefusedReleaseTest, EndsAnAttemptOfWhichNothingIsLeftToRelease) {
  const std::string order_id = make_cancelled_order();
  gateway_has(Intent{.id = "pi", .status = IntentStatus::released});
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "voided");
  EXPECT_EQ(stray_charges(), 0);
}

TEST_F(RefusedReleaseTest, OfTwoReplicasIsCountedOnce) {
  const std::string order_id = make_cancelled_order();
  gateway_has(taken_);
  gateway_.delay = Milliseconds{500};
  Steps replica(platform_.get(), data_, gateway_, waiters_);
  run(attempt_steps_.process_due());
  run(replica.process_due());
  run(attempt_steps_.stop());
  run(replica.stop());
  EXPECT_EQ(gateway_.count("release"), 2);
  EXPECT_EQ(payment(order_id).status, "voided");
  EXPECT_EQ(stray_charges(), 1);
  EXPECT_EQ(event_count("payment.voided"), 1U);
}

}  // namespace
}  // namespace ticketing::payments::attempts
