// Orders of tickets that are for a show: its cap, its beginning, and how many a buyer may have.
#include <gtest/gtest.h>

#include "common/base/exceptions.hpp"
#include "orders/test_orders.hpp"

namespace ticketing::orders {
namespace {

using OrderOfAShowTest = OrdersTest;

TEST_F(OrderOfAShowTest, RefusesATicketAboveTheCapOfItsShow) {
  const std::string capped = others_.make_show(110), free = others_.make_show();
  EXPECT_TRUE(order(others_.make_ticket_for(capped, Money{2'000})));
  const std::string dear = others_.make_ticket_for(capped, Money{1'800});
  EXPECT_EQ(refusal_of(order(dear)), "price_above_cap");
  EXPECT_EQ(refusal_of(order(others_.make_ticket_for(capped))), "face_value_missing");
  EXPECT_TRUE(order(others_.make_ticket_for(free)));
  others_.change_show(capped, 1, std::nullopt, free);
  EXPECT_TRUE(order(dear)) << "the show that stands for it has no cap";
}

TEST_F(OrderOfAShowTest, FollowsAnotherConfiguredCapOfTheSameVersion) {
  const std::string show_id = others_.make_show();
  const std::string ticket_id = others_.make_ticket_for(show_id, Money{1'000});
  others_.change_show(show_id, 2, 150);
  others_.change_show(show_id, 1, 200);  // late
  EXPECT_EQ(refusal_of(order(ticket_id)), "price_above_cap");
  others_.change_show(show_id, 2, 200);  // the same version once more
  EXPECT_TRUE(order(ticket_id));
}

// I22.
TEST_F(OrderOfAShowTest, LosesTheRaceToACapOfTheShow) {
  const std::string show_id = others_.make_show();
  const std::string ticket_id = others_.make_ticket_for(show_id, Money{1'000});
  lose_race_to(test_cap_show(show_id, std::int64_t{150}));
  EXPECT_EQ(refusal_of(order(ticket_id)), "price_above_cap");
  lose_race_to(test_cap_show(show_id, std::int64_t{110}));
  EXPECT_TRUE(order(others_.make_ticket_for(show_id, Money{2'000}))) << "this one keeps both caps";
}

// A seller raises the price between the buyer's look and the reservation.
TEST_F(OrderOfAShowTest, LosesTheRaceToAnEditAboveTheCap) {
  const std::string show_id = others_.make_show(110);
  const std::string ticket_id = others_.make_ticket_for(show_id, Money{2'000});
  lose_race_to(test_raise_price(ticket_id));
  EXPECT_EQ(refusal_of(order(ticket_id)), "price_above_cap");
}

TEST_F(OrderOfAShowTest, WaitsForTheCopyOfTheTicketsShow) {
  const std::string show_id = platform_.next_id();
  const std::string ticket_id = others_.make_ticket_for(show_id);
  EXPECT_THROW(order(ticket_id), Unavailable) << "its cap is not known";
  EXPECT_TRUE(order_while(ticket_id, std::nullopt, Milliseconds{50},
                          [&] { others_.change_show(show_id, 0, std::nullopt); }));
}

TEST_F(OrderOfAShowTest, RefusesATicketWhoseShowHasBegun) {
  const std::string show_id = others_.make_show();
  const std::string first = others_.make_ticket_for(show_id),
                    second = others_.make_ticket_for(show_id);
  platform_.skip(std::chrono::hours{18} - Milliseconds{1});
  EXPECT_TRUE(order(first));
  platform_.skip(Milliseconds{1});
  EXPECT_EQ(refusal_of(order(second)), "show_over");
  others_.plan_show(show_id, 1, "postponed");
  EXPECT_TRUE(order(second));
}

TEST_F(OrderOfAShowTest, RefusesATicketOfACancelledShow) {
  const std::string show_id = others_.make_show();
  const std::string ticket_id = others_.make_ticket_for(show_id);
  others_.plan_show(show_id, 1, "cancelled");
  EXPECT_EQ(refusal_of(order(ticket_id)), "show_cancelled");
  others_.plan_show(show_id, 2, "scheduled");
  EXPECT_TRUE(order(ticket_id));
}

// I22.
TEST_F(OrderOfAShowTest, LosesTheRaceToTheCancellationOfTheShow) {
  const std::string show_id = others_.make_show();
  const std::string ticket_id = others_.make_ticket_for(show_id);
  lose_race_to(test_cancel_show(show_id));
  EXPECT_EQ(refusal_of(order(ticket_id)), "show_cancelled");
  EXPECT_EQ(events("order.created").size(), 0U);
}

// Its seller has to list it again.
TEST_F(OrderOfAShowTest, RefusesALapsedTicketAlsoWhenItsShowIsMoved) {
  const std::string show_id = others_.make_show();
  const std::string ticket_id = others_.make_ticket_for(show_id);
  others_.let_lapse(ticket_id, 1, show_id);
  EXPECT_EQ(refusal_of(order(ticket_id)), "ticket_lapsed");
  others_.plan_show(show_id, 1, "scheduled");
  EXPECT_EQ(refusal_of(order(ticket_id)), "ticket_lapsed");
}

class OneOrderOfAShowTest : public OrdersTest {
 protected:
  OneOrderOfAShowTest() : OrdersTest({.orders_of_show_max = 1}) {}

  const std::string show_id_ = others_.make_show();
};

TEST_F(OneOrderOfAShowTest, RefusesMoreAlsoWhenTheFirstIsPaid) {
  const std::string order_id = order(others_.make_ticket_for(show_id_)).value().id;
  EXPECT_EQ(refusal_of(order(others_.make_ticket_for(show_id_))), "too_many_orders");
  others_.pay(order_id);
  const auto refused = order(others_.make_ticket_for(show_id_));
  EXPECT_EQ(refusal_of(refused), "too_many_orders");
  EXPECT_EQ(refused.error().fields.at(0).code, "too_many_orders_of_show");
  EXPECT_TRUE(order(others_.make_ticket_for(show_id_), "another"));
  EXPECT_TRUE(order(others_.make_ticket_for(others_.make_show())));
  EXPECT_TRUE(order(others_.make_ticket())) << "it is for no show";
}

TEST_F(OneOrderOfAShowTest, IsNotCountedAnyMoreWhenItWasCancelledOrRefunded) {
  const std::string cancelled = order(others_.make_ticket_for(show_id_)).value().id;
  EXPECT_TRUE(cancel(cancelled));
  const std::string refunded = order(others_.make_ticket_for(show_id_)).value().id;
  others_.pay(refunded);
  others_.refund(refunded, {});
  EXPECT_TRUE(order(others_.make_ticket_for(show_id_)));
}

// I22.
TEST_F(OneOrderOfAShowTest, LosesTheRaceForTheLastSlot) {
  const std::string ticket_id = others_.make_ticket_for(show_id_);
  lose_race_to(test_rival_of_show("rival", "buyer", show_id_, platform_.now() + hold));
  EXPECT_EQ(refusal_of(order(ticket_id)), "too_many_orders");
}

// A second name for a show gives no second allowance.
TEST_F(OneOrderOfAShowTest, CountsForTheShowThatStandsForTheTickets) {
  const std::string other = others_.make_show();
  others_.change_show(other, 1, std::nullopt, show_id_);
  EXPECT_TRUE(order(others_.make_ticket_for(other)));
  EXPECT_EQ(refusal_of(order(others_.make_ticket_for(show_id_))), "too_many_orders");
}

}  // namespace
}  // namespace ticketing::orders
