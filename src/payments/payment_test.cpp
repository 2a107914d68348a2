#include "payments/payment.hpp"

#include <gtest/gtest.h>

namespace ticketing::payments {
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

TEST(Payment, AsksTheGatewayAgainWheneverItsAnswerIsMissing) {
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

TEST(Payment, StatusesReadBackFromTheirNames) {
  for (const auto s :
       {PaymentStatus::authorizing, PaymentStatus::authorized, PaymentStatus::captured,
        PaymentStatus::declined, PaymentStatus::voided, PaymentStatus::failed}) {
    EXPECT_EQ(parse_payment_status(to_string(s)), s);
  }
}

}  // namespace
}  // namespace ticketing::payments
