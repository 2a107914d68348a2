// What buyers do with orders that are made, and the sweep.
#include "orders/operations.hpp"

#include <gmock/gmock.h>

#include "common/runtime/change.hpp"
#include "orders/test_orders.hpp"

namespace ticketing::orders {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using ShowOrderTest = OrdersTest;

TEST_F(ShowOrderTest, IsForItsBuyerOnly) {
  const std::string order_id = make_order();
  EXPECT_EQ(refusal_of(run(operations_.show_order(order_id, "another"))), "not_your_order");
  EXPECT_EQ(refusal_of(run(operations_.show_order("no such", "buyer"))), "order_not_found");
}

// A withdrawal is kept among the orders.
TEST_F(ShowOrderTest, ShowsNoWithdrawal) {
  const std::string ticket_id = others_.make_ticket();
  others_.ask_for_withdrawal(ticket_id, 1);
  static const db::Sql withdrawal{"test_withdrawal",
                                  "SELECT id FROM orders WHERE status = 'withdrawn'"};
  const auto row = run(data_.database().query(withdrawal()));
  ASSERT_EQ(row.rows.size(), 1U);
  EXPECT_EQ(refusal_of(run(operations_.show_order(row.rows.front().text("id"), ""))),
            "order_not_found");
}

TEST_F(ShowOrderTest, ListsTheBuyersOrdersInPagesNewestFirst) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(make_order());
  make_order("another");
  const auto ids_of = [](const Page<Order>& page) {
    std::vector<std::string> all;
    for (const Order& order : page.items) all.push_back(order.id);
    return all;
  };
  const auto first = run(operations_.list_orders("buyer", {.limit = 3}));
  EXPECT_THAT(ids_of(first), ElementsAre(ids[4], ids[3], ids[2]));
  const auto second = run(operations_.list_orders("buyer", {.limit = 3, .cursor = first.next}));
  EXPECT_THAT(ids_of(second), ElementsAre(ids[1], ids[0]));
  EXPECT_FALSE(second.next);
  const auto back = run(operations_.list_orders("buyer", {.limit = 3, .cursor = second.previous}));
  EXPECT_THAT(ids_of(back), ElementsAre(ids[4], ids[3], ids[2]));
}

using CancelOrderTest = OrdersTest;

TEST_F(CancelOrderTest, FreesTheTicketAndPublishesAnEvent) {
  const std::string order_id = make_order();
  ASSERT_TRUE(cancel(order_id));
  const Order stored = show(order_id);
  EXPECT_EQ(stored.status, OrderStatus::cancelled);
  EXPECT_EQ(stored.reason, CancelReason::cancelled_by_buyer);
  EXPECT_EQ(stored.version, 1);
  const auto told = contracts::decode<contracts::OrderCancelled>(event("order.cancelled").payload);
  EXPECT_EQ(told->id, order_id);
  EXPECT_EQ(told->version, 1);
  EXPECT_EQ(told->reason, "cancelled_by_buyer");
  EXPECT_EQ(told->ticket.id, stored.ticket.id);
  EXPECT_EQ(platform_.metric("orders_cancelled_total{reason=\"other\"}"), 1);
}

TEST_F(CancelOrderTest, ChangesNothingTheSecondTime) {
  const std::string order_id = make_order();
  ASSERT_TRUE(cancel(order_id));
  EXPECT_TRUE(cancel(order_id));
  EXPECT_EQ(show(order_id).version, 1);
  EXPECT_EQ(events("order.cancelled").size(), 1U);
  EXPECT_EQ(platform_.metric("orders_cancelled_total{reason=\"other\"}"), 1);
}

TEST_F(CancelOrderTest, IsRefusedToOthers) {
  const std::string order_id = make_order();
  EXPECT_EQ(refusal_of(cancel(order_id, "another")), "not_your_order");
  EXPECT_EQ(refusal_of(cancel("no such")), "order_not_found");
  EXPECT_EQ(show(order_id).status, OrderStatus::created);
}

TEST_F(CancelOrderTest, IsRefusedWhenTheOrderHasEnded) {
  EXPECT_EQ(refusal_of(cancel(make_complete_order())), "order_complete");
  const std::string expired = make_order();
  platform_.skip(hold);
  others_.expire(expired);
  EXPECT_EQ(refusal_of(cancel(expired)), "order_expired");
  const std::string failed = make_complete_order();
  others_.fail(failed);
  EXPECT_EQ(refusal_of(cancel(failed)), "order_cancelled");
}

TEST_F(CancelOrderTest, LosesTheRaceToThePayment) {
  const std::string order_id = make_order();
  lose_race_to(test_complete_order(order_id));
  EXPECT_EQ(refusal_of(cancel(order_id)), "order_complete");
  EXPECT_THAT(events("order.cancelled"), IsEmpty());
}

TEST_F(CancelOrderTest, TriesAgainAfterALostRace) {
  const std::string order_id = make_order();
  lose_race_to(test_touch_order(order_id));
  EXPECT_TRUE(cancel(order_id));
  EXPECT_EQ(contracts::decode<contracts::OrderCancelled>(event("order.cancelled").payload)->version,
            2);
}

TEST_F(CancelOrderTest, GivesUpWhenItLosesEveryRace) {
  const std::string order_id = make_order();
  lose_race_to(test_touch_order(order_id), runtime::change_attempts_max);
  EXPECT_THROW(cancel(order_id), Unavailable);
  EXPECT_EQ(platform_.metric("orders_cancelled_total{reason=\"other\"}"), 0);
}

using SweepTest = OrdersTest;

const db::Sql many_orders{
    "test_many_orders",
    "WITH RECURSIVE n (i) AS (SELECT 1001 UNION ALL SELECT i + 1 FROM n WHERE i < 1000 + $1) "
    "INSERT INTO orders (id, version, last_event_id, status, user_id, ticket_id, ticket_title, "
    "price_cents, expires_at, created_at) "
    "SELECT 'o' || i, 0, '', 'created', 'buyer', 't' || i, 'Row 7', 2000, 0, 0 FROM n"};

TEST_F(SweepTest, EndsOrdersThatAreOverdueByMoreThanThreeSeconds) {
  const std::string order_id = make_order(), complete = make_complete_order();
  platform_.skip(hold + std::chrono::seconds{3} - Milliseconds{1});
  EXPECT_EQ(run(operations_.sweep()), 0);
  EXPECT_EQ(show(order_id).status, OrderStatus::created);
  platform_.skip(Milliseconds{1});
  EXPECT_EQ(run(operations_.sweep()), 1);
  EXPECT_EQ(show(order_id).reason, CancelReason::expired);
  EXPECT_EQ(show(complete).status, OrderStatus::complete);
  EXPECT_THAT(event("order.cancelled").payload, HasSubstr("expired"));
  EXPECT_EQ(platform_.metric("orders_swept_total"), 1);
  EXPECT_EQ(platform_.metric("orders_cancelled_total{reason=\"expired\"}"), 1);
  EXPECT_EQ(run(operations_.sweep()), 0);
}

TEST_F(SweepTest, EndsMoreThanAPageOfThem) {
  run(platform_.database().write(many_orders(501)));
  EXPECT_EQ(run(operations_.sweep()), 501);
}

TEST_F(SweepTest, DoesNotChangeAnOrderThatIsPaidMeanwhile) {
  const std::string order_id = make_order();
  platform_.skip(hold + std::chrono::seconds{3});
  lose_race_to(test_complete_order(order_id));
  EXPECT_EQ(run(operations_.sweep()), 0);
  EXPECT_EQ(show(order_id).status, OrderStatus::complete);
  EXPECT_THAT(events("order.cancelled"), IsEmpty());
  EXPECT_EQ(platform_.metric("orders_cancelled_total{reason=\"expired\"}"), 0);
}

}  // namespace
}  // namespace ticketing::orders
