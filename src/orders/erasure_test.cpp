// What becomes of the orders of a deleted account.
#include "contracts/auth_events.hpp"
#include "orders/calendar/operations.hpp"
#include "orders/test_orders.hpp"

namespace ticketing::orders {
namespace {

const db::Sql test_count_keys{"test_count_keys", "SELECT count(*) AS count FROM idempotency_keys"};
const db::Sql test_count_addresses{
    "test_count_addresses",
    "SELECT count(*) AS count FROM orders WHERE user_id = 'buyer' AND address IS NOT NULL"};

class BuyerErasureTest : public OrdersTest {
 protected:
  void erase() {
    platform_.publish_as(
        "auth", contracts::UserErased{.id = "buyer", .version = 1, .erased_at = platform_.now()});
    sweep();
  }
  void sweep() { run(operations_.erasure().sweep()); }
  std::int64_t count(const db::Sql& sql) {
    return run(data_.database().query(sql())).first()->integer("count");
  }
  calendar::Operations calendars_{platform_.get(), data_};
};

TEST_F(BuyerErasureTest, CancelsWhatIsUnpaidAndKeepsWhatIsPaid) {
  const std::string unpaid = make_order(), paid = make_complete_order(),
                    of_another = make_order("another");
  EXPECT_EQ(count(test_count_addresses), 1);
  erase();
  EXPECT_EQ(show(unpaid).status, OrderStatus::cancelled);
  EXPECT_EQ(show(unpaid).reason, CancelReason::cancelled_by_buyer);
  EXPECT_EQ(event("order.cancelled").subject, "order.cancelled");
  EXPECT_EQ(show(paid).status, OrderStatus::complete);
  EXPECT_EQ(show(of_another, "another").status, OrderStatus::created);
  EXPECT_EQ(count(test_count_addresses), 0);
}

TEST_F(BuyerErasureTest, EndsTheCalendar) {
  const std::string key = run(calendars_.open("buyer"));
  ASSERT_TRUE(run(calendars_.read(key)));
  erase();
  EXPECT_FALSE(run(calendars_.read(key)));
  const std::string late = run(calendars_.open("buyer"));  // with a session that is still good
  sweep();
  EXPECT_FALSE(run(calendars_.read(late)));
}

TEST_F(BuyerErasureTest, CancelsWhatASessionReservesThatIsStillGood) {
  erase();
  const std::string late = make_order();
  sweep();
  EXPECT_EQ(show(late).status, OrderStatus::cancelled);
}

TEST_F(BuyerErasureTest, ComesOnceMoreWithoutHarm) {
  const std::string unpaid = make_order();
  erase();
  erase();
  EXPECT_EQ(show(unpaid).version, 1);
  EXPECT_EQ(events("order.cancelled").size(), 1U);
}

TEST_F(BuyerErasureTest, LosesToAPaymentOfTheSameMoment) {
  const std::string order_id = make_order();
  platform_.publish_as(
      "auth", contracts::UserErased{.id = "buyer", .version = 1, .erased_at = platform_.now()});
  lose_race_to(test_complete_order(order_id), 2);  // before the keys go, and before the order ends
  sweep();
  EXPECT_EQ(show(order_id).status, OrderStatus::complete);
}

TEST_F(BuyerErasureTest, ForgetsTheAnswersToRequests) {
  run(reservations_.create({.ticket_id = others_.make_ticket(),
                            .user_id = "buyer",
                            .address = "address 192.0.2.1",
                            .price = std::nullopt,
                            .idempotency_key = db::IdempotencyKey{"buyer", "key", "hash"}}));
  EXPECT_EQ(count(test_count_keys), 1);
  erase();
  EXPECT_EQ(count(test_count_keys), 0);
}

}  // namespace
}  // namespace ticketing::orders
