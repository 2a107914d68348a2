// A buyer gets exactly as many orders as there are slots, although most orders choose theirs
// without reading which are used.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include "orders/store.hpp"
#include "orders/test_orders.hpp"

namespace ticketing::orders {
namespace {

class SlotsTest : public OrdersTest {
 protected:
  static constexpr int limit = 10;
  SlotsTest() : OrdersTest({.live_orders_max = limit, .live_orders_of_address_max = limit}) {}
  // How many orders are made until one is refused.
  int order_until_refused() {
    for (int made = 0;; ++made) {
      const auto answer = order(others_.make_ticket());
      if (answer) continue;
      EXPECT_EQ(refusal_of(answer), "too_many_orders");
      return made;
    }
  }
  // Unpaid orders of the buyer, made by another replica or before a restart.
  void take_elsewhere(const std::vector<int>& slots) {
    static const db::Sql taken{
        "test_taken_slots",
        "INSERT INTO orders (id, version, last_event_id, status, user_id, ticket_id, ticket_title, "
        "price_cents, expires_at, created_at, slot, address, address_slot) "
        "VALUES ($1, 0, '', 'created', 'buyer', $1, 'Row 7', 2000, $3, 0, $2, "
        "'address 192.0.2.1', $2)"};
    for (const int slot : slots) {
      run(data_.database().commit(
          {.contends_for = "",
           .statements = {taken("taken " + std::to_string(slot), slot, platform_.now() + hold)}}));
    }
  }
};

TEST_F(SlotsTest, AreAllUsedWhicheverOfThemAreTakenElsewhere) {
  take_elsewhere({0, 1, 4, 5, 6, 9});
  EXPECT_EQ(order_until_refused(), limit - 6);
}

TEST_F(SlotsTest, AreReadOnlyWhenTheChosenOneIsTaken) {
  bool are_read = false;
  const auto note = [](bool& noted) -> Task<> {
    noted = true;
    co_return;
  };
  platform_.database().before_next_query("used_slots", [&] { return note(are_read); });
  for (int i = 0; i < limit; ++i) make_order();
  EXPECT_FALSE(are_read);
  EXPECT_EQ(refusal_of(order(others_.make_ticket())), "too_many_orders");
  EXPECT_TRUE(are_read);
}

// Unpaid orders and the others are in two indexes.
TEST_F(SlotsTest, DoNotChangeTheOrderOfABuyersList) {
  std::vector<std::string> newest_first;
  for (int i = 0; i < 9; ++i) {
    newest_first.insert(newest_first.begin(), make_order());
    if (i % 3 == 0) others_.pay(newest_first.front());
    if (i % 3 == 1) ASSERT_TRUE(cancel(newest_first.front()));
  }
  make_order("another");
  std::vector<std::string> listed;
  PageQuery query{.limit = 2};
  for (std::optional<PageCursor> previous;;) {
    const auto page = run(operations_.list_orders("buyer", query));
    for (const Order& order : page.items) listed.push_back(order.id);
    if (!page.next) {
      previous = page.previous;
      ASSERT_TRUE(previous);
      const auto before = run(operations_.list_orders("buyer", {.limit = 2, .cursor = previous}));
      ASSERT_EQ(before.items.size(), 2U);
      EXPECT_EQ(before.items[0].id, newest_first[6]);
      EXPECT_EQ(before.items[1].id, newest_first[7]);
      break;
    }
    query.cursor = page.next;
  }
  EXPECT_EQ(listed, newest_first);
}

TEST_F(SlotsTest, LeadAlsoTheListToItsBuyersOrders) {
  static const db::Statement list = store::orders_of("buyer", {.limit = 20});
  static const db::Sql explain{"test_explain", "EXPLAIN QUERY PLAN " + list.sql->text()};
  std::string plan;
  const auto steps = run(data_.database().query({.sql = &explain, .params = list.params}));
  for (const db::Row& step : steps.rows) plan += step.text("detail") + "\n";
  EXPECT_NE(plan.find("orders_ended_of_user (user_id=? AND id<?)"), std::string::npos) << plan;
  EXPECT_NE(plan.find("orders_unpaid_of_buyer (user_id=?)"), std::string::npos) << plan;
}

TEST_F(SlotsTest, AreUsedAgainOnceTheirOrdersEnded) {
  std::vector<std::string> ids;
  for (int i = 0; i < limit; ++i) ids.push_back(make_order());
  EXPECT_EQ(order_until_refused(), 0);
  ASSERT_TRUE(cancel(ids[3]));
  ASSERT_TRUE(cancel(ids[8]));
  EXPECT_EQ(order_until_refused(), 2);
}

// More requests at once than slots: as many succeed as are free, and none gives up.
TEST_F(SlotsTest, AreAllUsedByRequestsAtOnce) {
  take_elsewhere({2, 3, 7});
  int made = 0, refused = 0;
  for (int i = 0; i < 3 * limit; ++i) {
    asio::co_spawn(platform_.get().executor, order_task(others_.make_ticket()),
                   [&](std::exception_ptr failure, Result<Order> answer) {
                     ASSERT_FALSE(failure);
                     if (!answer) EXPECT_EQ(refusal_of(answer), "too_many_orders");
                     ++(answer ? made : refused);
                   });
  }
  platform_.run_until([&] { return made + refused == 3 * limit; });
  EXPECT_EQ(made, limit - 3);
}

}  // namespace
}  // namespace ticketing::orders
