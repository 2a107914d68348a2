#include "orders/order.hpp"

#include <gtest/gtest.h>

namespace ticketing::orders {
namespace {

const Timestamp now = from_millis(1'800'000'000'000);

Order order() {
  return make_order("o", "buyer", {.id = "t", .version = 2, .title = "Row 7", .price = Money{2000}},
                    now, std::chrono::seconds{900});
}

TEST(Order, HoldsItsTicketForTheTimeGivenAtThePriceItHad) {
  EXPECT_EQ(order().version, 0);
  EXPECT_EQ(order().expires_at, now + std::chrono::minutes{15});
  EXPECT_EQ(order().ticket.price, Money{2000});
}

TEST(Order, IsCompletedOnceAndByOnePayment) {
  const auto done = complete(order(), "p1");
  ASSERT_TRUE(done);
  EXPECT_EQ(done->status, OrderStatus::complete);
  EXPECT_EQ(done->version, 1);
  EXPECT_EQ(done->payment_id, "p1");
  EXPECT_FALSE(complete(*done, "p1"));
  EXPECT_FALSE(complete(*done, "p2"));
}

TEST(Order, ExpiresWhenItsTimeIsOverAndNotAMillisecondEarlier) {
  EXPECT_FALSE(expire(order(), order().expires_at - Milliseconds{1}));
  const auto gone = expire(order(), order().expires_at);
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->status, OrderStatus::cancelled);
  EXPECT_EQ(gone->reason, CancelReason::expired);
  EXPECT_FALSE(expire(*gone, order().expires_at));
}

TEST(Order, CannotBeCompletedOnceItIsCancelledNorExpireOnceItIsComplete) {
  EXPECT_FALSE(complete(*expire(order(), order().expires_at), "p"));
  EXPECT_FALSE(expire(*complete(order(), "p"), order().expires_at));
}

TEST(Order, IsCancelledByItsBuyerWhileUnpaidAndCancellingAgainChangesNothing) {
  const auto first = cancel(order());
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->reason, CancelReason::cancelled_by_buyer);
  const auto again = cancel(**first);
  ASSERT_TRUE(again);
  EXPECT_FALSE(*again);
}

TEST(Order, RefusesToBeCancelledWhenCompleteOrExpiredAndSaysWhy) {
  EXPECT_EQ(cancel(*complete(order(), "p")).error().slug, "order_complete");
  EXPECT_EQ(cancel(*expire(order(), order().expires_at)).error().slug, "order_expired");
  EXPECT_EQ(cancel(*fail_payment(*complete(order(), "p"), "p")).error().slug, "order_cancelled");
}

TEST(Order, IsUndoneOnlyByTheFailureOfItsOwnPayment) {
  const auto done = complete(order(), "p1");
  EXPECT_FALSE(fail_payment(*done, "p2"));
  EXPECT_FALSE(fail_payment(order(), "p1"));
  const auto undone = fail_payment(*done, "p1");
  ASSERT_TRUE(undone);
  EXPECT_EQ(undone->reason, CancelReason::payment_failed);
  EXPECT_EQ(undone->version, 2);
}

TEST(Order, IsUndoneByTheRefundOfItsOwnPaymentAndStaysSo) {
  const auto done = complete(order(), "p1");
  EXPECT_FALSE(undo_sale(*done, "p2"));
  EXPECT_FALSE(undo_sale(order(), "p1"));
  const auto undone = undo_sale(*done, "p1");
  ASSERT_TRUE(undone);
  EXPECT_EQ(undone->reason, CancelReason::refunded);
  EXPECT_EQ(undone->version, 2);
  EXPECT_FALSE(undo_sale(*undone, "p1"));
  EXPECT_EQ(cancel(*undone).error().slug, "order_cancelled");
}

TEST(Order, StatesAndReasonsReadBackFromTheirNames) {
  for (const auto s : {OrderStatus::created, OrderStatus::complete, OrderStatus::cancelled}) {
    EXPECT_EQ(value_named<OrderStatus>(name_of(s)), s);
  }
  for (const auto r : {CancelReason::expired, CancelReason::cancelled_by_buyer,
                       CancelReason::payment_failed, CancelReason::refunded}) {
    EXPECT_EQ(value_named<CancelReason>(name_of(r)), r);
  }
  EXPECT_FALSE(value_named<OrderStatus>("Created"));
}

}  // namespace
}  // namespace ticketing::orders
