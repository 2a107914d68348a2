#include "payments/attempts/payment.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "contracts/api_description.hpp"

namespace ticketing::payments::attempts {
namespace {

const Timestamp now = from_millis(1'800'000'000'000);

OrderCopy order(OrderStatus status) {
  return {.id = "o",
          .status = status,
          .user_id = "buyer",
          .price = Money{2000},
          .expires_at = now + Milliseconds{1}};
}

TEST(Payment, MayStartOnlyForOnesOwnLiveOrderInTime) {
  EXPECT_TRUE(check_payable(order(OrderStatus::created), "buyer", now));
  EXPECT_EQ(check_payable(order(OrderStatus::created), "other", now).error().slug,
            "not_your_order");
  EXPECT_EQ(check_payable(order(OrderStatus::complete), "buyer", now).error().slug,
            "order_complete");
  EXPECT_EQ(check_payable(order(OrderStatus::created), "buyer", now + Milliseconds{1}).error().slug,
            "order_expired");
  OrderCopy gone = order(OrderStatus::cancelled);
  EXPECT_EQ(check_payable(gone, "buyer", now).error().slug, "order_cancelled");
  gone.reason = "expired";
  EXPECT_EQ(check_payable(gone, "buyer", now).error().slug, "order_expired");
}

TEST(Payment, TakesMoneyOnlyForACompleteOrderAndReleasesItForACancelledOne) {
  Payment payment;
  payment.status = PaymentStatus::authorized;
  EXPECT_EQ(next_step(payment, OrderStatus::created), Step::none);
  EXPECT_EQ(next_step(payment, OrderStatus::complete), Step::capture);
  EXPECT_EQ(next_step(payment, OrderStatus::cancelled), Step::release);
}

TEST(Payment, CallsTheGatewayAgainWhileItsAnswerIsMissing) {
  Payment payment;
  for (const auto status : {OrderStatus::created, OrderStatus::complete, OrderStatus::cancelled}) {
    EXPECT_EQ(next_step(payment, status), Step::authorize);
  }
}

TEST(Payment, HasNothingLeftToDoOnceItsStateIsFinal) {
  for (const auto status : {PaymentStatus::captured, PaymentStatus::declined, PaymentStatus::voided,
                            PaymentStatus::failed}) {
    for (const auto of : {OrderStatus::created, OrderStatus::complete, OrderStatus::cancelled}) {
      Payment payment;
      payment.status = status;
      EXPECT_EQ(next_step(payment, of), Step::none);
    }
  }
}

TEST(Payment, ThatWaitsForItsOwnerIsLookedUpUntilItsOrderIsOver) {
  Payment payment;
  payment.status = PaymentStatus::requires_action;
  EXPECT_EQ(next_step(payment, OrderStatus::created), Step::look_up);
  EXPECT_EQ(next_step(payment, OrderStatus::cancelled), Step::release);
}

TEST(Payment, FollowsTheGatewaysRecordForwardOnly) {
  struct Case {
    PaymentStatus ours;
    IntentStatus theirs;
    Finding finding;
  };
  const Case cases[] = {
      {PaymentStatus::authorizing, IntentStatus::held, Finding::authorized},
      {PaymentStatus::authorizing, IntentStatus::requires_action, Finding::requires_action},
      {PaymentStatus::authorizing, IntentStatus::declined, Finding::declined},
      {PaymentStatus::authorizing, IntentStatus::processing, Finding::none},
      {PaymentStatus::requires_action, IntentStatus::requires_action, Finding::none},
      {PaymentStatus::requires_action, IntentStatus::held, Finding::authorized},
      {PaymentStatus::requires_action, IntentStatus::declined, Finding::unconfirmed},
      {PaymentStatus::requires_action, IntentStatus::released, Finding::declined},
      {PaymentStatus::authorized, IntentStatus::requires_action, Finding::none},
      {PaymentStatus::authorized, IntentStatus::released, Finding::none},
      {PaymentStatus::captured, IntentStatus::held, Finding::none},
      {PaymentStatus::voided, IntentStatus::held, Finding::release},
      {PaymentStatus::declined, IntentStatus::held, Finding::release},
      {PaymentStatus::voided, IntentStatus::requires_action, Finding::release},
      {PaymentStatus::declined, IntentStatus::requires_action, Finding::release},
      {PaymentStatus::voided, IntentStatus::released, Finding::none},
  };
  for (const Case& c : cases) {
    Payment payment;
    payment.status = c.ours;
    EXPECT_EQ(compare(payment, Intent{.status = c.theirs}), c.finding)
        << name_of(c.ours) << " and " << name_of(c.theirs);
  }
}

TEST(Payment, ThatIsOverReportsAChargeUnlessItWasRefunded) {
  Payment payment;
  payment.status = PaymentStatus::voided;
  Intent intent{.status = IntentStatus::taken, .captured = Money{100}, .refunded = Money{40}};
  EXPECT_EQ(compare(payment, intent), Finding::stray_charge);
  intent.refunded = Money{100};
  EXPECT_EQ(compare(payment, intent), Finding::none);
}

TEST(Payment, DropsTheClientSecretOnceItIsDecided) {
  Payment payment;
  payment.status = PaymentStatus::requires_action;
  payment.client_secret = "secret";
  EXPECT_EQ(postpone(payment, now).client_secret, "secret");
  EXPECT_FALSE(advance(payment, PaymentStatus::authorized, now).client_secret);
}

TEST(Payment, IsLookedAtAgainAfterHalfOfItsAge) {
  const std::vector<std::pair<int, int>> pauses_by_age{
      {0, 1'000},      {1'000, 1'000},   {2'000, 1'000},    {3'000, 1'500},
      {10'000, 5'000}, {60'000, 30'000}, {120'000, 60'000}, {86'400'000, 60'000}};
  for (const auto& [age, pause] : pauses_by_age) {
    Payment payment;
    payment.created_at = now - Milliseconds{age};
    EXPECT_EQ(postpone(payment, now).retry_at, now + Milliseconds{pause}) << age;
  }
}

TEST(Payment, StatusesReadBackFromTheirNames) {
  for (const auto s : {PaymentStatus::authorizing, PaymentStatus::requires_action,
                       PaymentStatus::authorized, PaymentStatus::captured, PaymentStatus::declined,
                       PaymentStatus::voided, PaymentStatus::failed}) {
    EXPECT_EQ(value_named<PaymentStatus>(name_of(s)), s);
  }
}

TEST(Decline, HasTheReasonsThatTheDescriptionOfTheApiLists) {
  const auto document = boost::json::parse(contracts::api_description());
  std::vector<std::string> described, known;
  for (const auto& reason :
       document.at_pointer("/components/schemas/DeclineReason/enum").as_array())
    described.emplace_back(reason.as_string());
  for (const Decline& decline : declines) known.emplace_back(decline.reason);
  EXPECT_EQ(known, described);
  EXPECT_EQ(decline_of("expired_card").reason, "expired_card");
  EXPECT_EQ(decline_of("a_code_of_next_year").reason, "generic_decline");
}

}  // namespace
}  // namespace ticketing::payments::attempts
