// Reserving tickets.
#include "orders/reservations.hpp"

#include <gmock/gmock.h>

#include "common/runtime/change.hpp"
#include "orders/test_orders.hpp"

namespace ticketing::orders {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using CreateOrderTest = OrdersTest;

TEST_F(CreateOrderTest, ReservesTheTicketAtItsPriceAndPublishesAnEvent) {
  const std::string ticket_id = others_.make_ticket();
  const auto made = order(ticket_id);
  ASSERT_TRUE(made);
  const Order stored = show(made->id);
  EXPECT_EQ(stored.status, OrderStatus::created);
  EXPECT_EQ(stored.version, 0);
  EXPECT_EQ(stored.ticket.title, "Row 7");
  EXPECT_EQ(stored.ticket.price, Money{2'000});
  EXPECT_EQ(stored.expires_at, stored.created_at + hold);
  const auto told = contracts::decode<contracts::OrderCreated>(event("order.created").payload);
  EXPECT_EQ(told->id, made->id);
  EXPECT_EQ(told->version, 0);
  EXPECT_EQ(told->status, "created");
  EXPECT_EQ(told->user_id, "buyer");
  EXPECT_EQ(told->ticket.id, ticket_id);
  EXPECT_EQ(told->ticket.price, Money{2'000});
  EXPECT_EQ(told->expires_at, stored.expires_at);
  EXPECT_EQ(platform_.metric("orders_created_total"), 1);
}

// What the buyer was told: a seller who takes it back at the same time is too late.
TEST_F(CreateOrderTest, KeepsWhatItsSellerHadPromised) {
  const std::string promised = others_.make_ticket(), taken_back = others_.make_ticket();
  others_.promise_file(promised, 1, true);
  others_.promise_file(taken_back, 1, true);
  others_.promise_file(taken_back, 2, false);
  const std::string with = order(promised)->id, without = order(taken_back)->id;
  others_.promise_file(promised, 2, false);
  EXPECT_TRUE(show(with).ticket.file_promised);
  EXPECT_FALSE(show(without).ticket.file_promised);
  for (const bus::Event& event : events("order.created")) {
    const auto told = *contracts::decode<contracts::OrderCreated>(event.payload);
    EXPECT_EQ(told.ticket.file_promised, told.id == with);
  }
}

TEST_F(CreateOrderTest, RefusesAnUnknownTicket) {
  const std::string id = platform_.next_id();
  platform_.skip(std::chrono::minutes{2});
  const auto refused = order(id);
  EXPECT_EQ(refusal_of(refused), "ticket_not_found");
  EXPECT_EQ(refused.error().retry_after, std::chrono::seconds{0});
}

TEST_F(CreateOrderTest, WaitsForTheCopyOfANewTicket) {
  const std::string id = platform_.next_id();
  EXPECT_TRUE(order_while(id, std::nullopt, Milliseconds{500}, [&] { others_.create_ticket(id); }));
}

TEST_F(CreateOrderTest, GivesTheTimeToTryAgainForATicketThatMayBeNew) {
  const Timestamp begun = platform_.now();
  const auto refused = order(platform_.next_id());
  EXPECT_EQ(refusal_of(refused), "ticket_not_found");
  EXPECT_EQ(refused.error().retry_after, std::chrono::seconds{1});
  EXPECT_GE(platform_.now() - begun, std::chrono::seconds{3});
  EXPECT_LT(platform_.now() - begun, std::chrono::seconds{4});
}

TEST_F(CreateOrderTest, RefusesAReservedAndASoldTicket) {
  const std::string ticket_id = others_.make_ticket();
  const std::string order_id = order(ticket_id)->id;
  EXPECT_EQ(refusal_of(order(ticket_id, "another")), "ticket_reserved");
  EXPECT_EQ(refusal_of(order(ticket_id)), "ticket_reserved");
  others_.pay(order_id);
  EXPECT_EQ(refusal_of(order(ticket_id, "another")), "ticket_reserved");
  EXPECT_EQ(platform_.metric("orders_refused_total"), 3);
  EXPECT_EQ(platform_.metric("orders_created_total"), 1);
  EXPECT_EQ(events("order.created").size(), 1U);
}

TEST_F(CreateOrderTest, RefusesAWithdrawnTicket) {
  const std::string ticket_id = others_.make_ticket();
  others_.ask_for_withdrawal(ticket_id, 1);
  EXPECT_EQ(refusal_of(order(ticket_id)), "ticket_withdrawn");
  EXPECT_EQ(platform_.metric("orders_refused_total"), 0);
}

TEST_F(CreateOrderTest, ReservesATicketAgainAfterItsOrderEnded) {
  const std::string ticket_id = others_.make_ticket();
  ASSERT_TRUE(cancel(order(ticket_id)->id));
  EXPECT_TRUE(order(ticket_id, "another"));
}

TEST_F(CreateOrderTest, AcceptsThePriceThatTheBuyerSaw) {
  const std::string ticket_id = others_.make_ticket();
  const Timestamp begun = platform_.now();
  EXPECT_TRUE(order(ticket_id, "buyer", Money{2'000}));
  EXPECT_EQ(platform_.now(), begun);
}

TEST_F(CreateOrderTest, RefusesAnotherPriceAndNamesThePresentOne) {
  const std::string ticket_id = others_.make_ticket();
  const Timestamp begun = platform_.now();
  const auto refused = order(ticket_id, "buyer", Money{1'999});
  EXPECT_EQ(refusal_of(refused), "price_changed");
  EXPECT_EQ(refused.error().fields.at(0).field, "price");
  EXPECT_EQ(refused.error().fields.at(0).code.params().at(0).json, "20");
  // 5 + 10 + 20 + 40 + 80 + 160 ms, in which the copy could have caught up.
  EXPECT_EQ(platform_.now() - begun, Milliseconds{315});
}

TEST_F(CreateOrderTest, WaitsForThePriceThatTheBuyerSaw) {
  const std::string ticket_id = others_.make_ticket();
  const auto made = order_while(ticket_id, Money{2'500}, Milliseconds{100},
                                [&] { others_.edit_ticket(ticket_id, 1, Money{2'500}); });
  ASSERT_TRUE(made);
  EXPECT_EQ(made->ticket.price, Money{2'500});
}

TEST_F(CreateOrderTest, AcceptsThePromiseThatTheBuyerSaw) {
  const std::string promised = others_.make_ticket(), none = others_.make_ticket();
  others_.promise_file(promised, 1, true);
  const Timestamp begun = platform_.now();
  EXPECT_TRUE(run(order_as_seen(promised, true)).value().ticket.file_promised);
  EXPECT_FALSE(run(order_as_seen(none, false)).value().ticket.file_promised);
  EXPECT_EQ(platform_.now(), begun);
}

// Without what the buyer saw the order would be made, and the buyer would get nothing.
TEST_F(CreateOrderTest, RefusesAPromiseThatWasTakenBackAndSaysSo) {
  const std::string ticket_id = others_.make_ticket();
  others_.promise_file(ticket_id, 1, true);
  others_.promise_file(ticket_id, 2, false);
  const Timestamp begun = platform_.now();
  const auto refused = run(order_as_seen(ticket_id, true));
  EXPECT_EQ(refusal_of(refused), "promise_changed");
  EXPECT_EQ(refused.error().fields.at(0).field, "filePromised");
  EXPECT_EQ(refused.error().fields.at(0).code.params().at(0).json, "false");
  // As long as for a price.
  EXPECT_EQ(platform_.now() - begun, Milliseconds{315});
  EXPECT_THAT(events("order.created"), IsEmpty());
}

TEST_F(CreateOrderTest, RefusesAPromiseThatTheBuyerHasNotSeen) {
  const std::string ticket_id = others_.make_ticket();
  others_.promise_file(ticket_id, 1, true);
  const auto refused = run(order_as_seen(ticket_id, false));
  EXPECT_EQ(refusal_of(refused), "promise_changed");
  EXPECT_EQ(refused.error().fields.at(0).code.params().at(0).json, "true");
}

TEST_F(CreateOrderTest, WaitsForThePromiseThatTheBuyerSaw) {
  for (const bool promised : {true, false}) {
    const std::string ticket_id = others_.make_ticket();
    others_.promise_file(ticket_id, 1, !promised);
    const auto made = answer_while(order_as_seen(ticket_id, promised), Milliseconds{100},
                                   [&] { others_.promise_file(ticket_id, 2, promised); });
    ASSERT_TRUE(made);
    EXPECT_EQ(made->ticket.file_promised, promised);
  }
}

// The promise belongs to the version that the insert is conditional on.
TEST_F(CreateOrderTest, RefusesAPromiseThatIsTakenBackWhileTheOrderIsMade) {
  const std::string ticket_id = others_.make_ticket();
  others_.promise_file(ticket_id, 1, true);
  lose_race_to(test_take_back_promise(ticket_id));
  EXPECT_EQ(refusal_of(run(order_as_seen(ticket_id, true))), "promise_changed");
  EXPECT_THAT(events("order.created"), IsEmpty());
}

TEST_F(CreateOrderTest, DoesNotWaitForThePriceOfAReservedTicket) {
  const std::string ticket_id = others_.make_ticket();
  ASSERT_TRUE(order(ticket_id));
  const Timestamp begun = platform_.now();
  EXPECT_EQ(refusal_of(order(ticket_id, "another", Money{1})), "ticket_reserved");
  EXPECT_EQ(platform_.now(), begun);
}

TEST_F(CreateOrderTest, LosesTheRaceForATicket) {
  const std::string ticket_id = others_.make_ticket();
  lose_race_to(test_rival_order("rival", "another", ticket_id, platform_.now() + hold));
  EXPECT_EQ(refusal_of(order(ticket_id)), "ticket_reserved");
  EXPECT_THAT(events("order.created"), IsEmpty());
  EXPECT_EQ(platform_.metric("orders_refused_total"), 1);
}

// The price belongs to the version that the insert is conditional on.
TEST_F(CreateOrderTest, ReadsAgainWhenTheTicketChangedMeanwhile) {
  const std::string ticket_id = others_.make_ticket();
  lose_race_to(test_touch_ticket(ticket_id));
  EXPECT_TRUE(order(ticket_id));
  EXPECT_EQ(events("order.created").size(), 1U);
}

TEST_F(CreateOrderTest, GivesUpWhenTheTicketChangesEachTime) {
  const std::string ticket_id = others_.make_ticket();
  lose_race_to(test_touch_ticket(ticket_id), runtime::change_attempts_max);
  EXPECT_THROW(order(ticket_id), Unavailable);
  EXPECT_THAT(events("order.created"), IsEmpty());
  EXPECT_TRUE(order(ticket_id));
}

TEST_F(CreateOrderTest, PublishesOneEventForAnOrderWhoseAnswerWasLost) {
  const std::string ticket_id = others_.make_ticket();
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::answer_lost);
  EXPECT_THROW(order(ticket_id), OutcomeUnknown);
  EXPECT_EQ(refusal_of(order(ticket_id)), "ticket_reserved");
  EXPECT_EQ(events("order.created").size(), 1U);
}

TEST_F(CreateOrderTest, PausesATicketThatItsBuyerLetExpireThreeTimes) {
  const std::string ticket_id = others_.make_ticket();
  for (int i = 0; i < 3; ++i) {
    const auto made = order(ticket_id);
    ASSERT_TRUE(made) << i;
    platform_.skip(hold);
    others_.expire(made->id);
  }
  const auto refused = order(ticket_id);
  EXPECT_EQ(refusal_of(refused), "ticket_paused");
  EXPECT_EQ(refused.error().retry_after, std::chrono::hours{1});
  EXPECT_TRUE(order(others_.make_ticket()));
  const auto by_another = order(ticket_id, "another");
  ASSERT_TRUE(by_another);
  ASSERT_TRUE(cancel(by_another->id, "another"));
  platform_.skip(std::chrono::hours{1} - Milliseconds{1});
  EXPECT_EQ(refusal_of(order(ticket_id)), "ticket_paused");
  platform_.skip(Milliseconds{1});
  EXPECT_TRUE(order(ticket_id));
}

TEST_F(CreateOrderTest, DeletesExpiriesAfterADay) {
  const std::string ticket_id = others_.make_ticket();
  const auto let_expire = [&] {
    const auto made = order(ticket_id);
    ASSERT_TRUE(made);
    platform_.skip(hold);
    others_.expire(made->id);
  };
  let_expire();
  platform_.skip(std::chrono::hours{23});
  let_expire();
  let_expire();
  EXPECT_EQ(refusal_of(order(ticket_id)), "ticket_paused");
  platform_.skip(std::chrono::minutes{30});
  EXPECT_TRUE(order(ticket_id));  // the first of the three is a day ago
}

class OneOrderTest : public OrdersTest {
 protected:
  OneOrderTest() : OrdersTest({.live_orders_max = 1}) {}
};

TEST_F(OneOrderTest, RefusesMoreUnpaidOrdersThanAllowed) {
  const std::string order_id = make_order();
  EXPECT_EQ(refusal_of(order(others_.make_ticket())), "too_many_orders");
  EXPECT_TRUE(order(others_.make_ticket(), "another"));
  others_.pay(order_id);  // a complete order needs no slot
  EXPECT_TRUE(order(others_.make_ticket()));
}

TEST_F(OneOrderTest, LosesTheRaceForABuyersLastSlot) {
  const std::string ticket_id = others_.make_ticket();
  lose_race_to(test_rival_order("rival", "buyer", "other ticket", platform_.now() + hold));
  EXPECT_EQ(refusal_of(order(ticket_id)), "too_many_orders");
  EXPECT_EQ(platform_.metric("orders_refused_total"), 0);
}

class OneOrderOfAnAddressTest : public OrdersTest {
 protected:
  OneOrderOfAnAddressTest() : OrdersTest({.live_orders_of_address_max = 1}) {}
  // The addresses of all orders, empty where none is kept.
  std::vector<std::string> kept_addresses() {
    static const db::Sql addresses{"test_addresses",
                                   "SELECT COALESCE(address, '') AS address FROM orders"};
    const auto result = run(data_.database().query(addresses()));
    std::vector<std::string> all;
    for (const db::Row& row : result.rows) all.push_back(row.text("address"));
    return all;
  }
};

TEST_F(OneOrderOfAnAddressTest, RefusesAFreshAccountAtTheSameAddressAndNoneElsewhere) {
  const auto first = order_from("address 192.0.2.1", "buyer");
  ASSERT_TRUE(first);
  const auto refused = order_from("address 192.0.2.1", "fresh");
  EXPECT_EQ(refusal_of(refused), "too_many_orders_of_address");
  EXPECT_EQ(refused.error().kind, ErrorKind::throttled);
  EXPECT_TRUE(order_from("address 192.0.2.2", "fresh"));
  others_.pay(first->id);
  EXPECT_TRUE(order_from("address 192.0.2.1", "fresh"));
}

TEST_F(OneOrderOfAnAddressTest, KeepsTheAddressOnlyWhileTheOrderIsUnpaid) {
  const auto made = order_from("address 192.0.2.1", "buyer");
  EXPECT_THAT(kept_addresses(), ElementsAre("address 192.0.2.1"));
  EXPECT_TRUE(cancel(made->id, "buyer"));
  EXPECT_THAT(kept_addresses(), ElementsAre(""));
}

TEST_F(OneOrderOfAnAddressTest, LosesTheRaceForTheLastSlot) {
  static const db::Sql rival{
      "test_rival_at_address",
      "INSERT INTO orders (id, version, last_event_id, status, user_id, ticket_id, ticket_title, "
      "price_cents, expires_at, created_at, address, address_slot) VALUES ('rival', 0, '', "
      "'created', 'another', 'other ticket', 'Row 7', 2000, $1, 0, 'address 192.0.2.1', 0)"};
  const std::string ticket_id = others_.make_ticket();
  lose_race_to(rival(platform_.now() + hold));
  EXPECT_EQ(refusal_of(order(ticket_id)), "too_many_orders_of_address");
}

class OwnTicketTest : public OrdersTest {
 protected:
  OwnTicketTest() : OrdersTest({}, false) {}
};

TEST_F(OwnTicketTest, IsRefusedToItsSellerOnly) {
  const std::string ticket_id = others_.make_ticket();
  EXPECT_EQ(refusal_of(order(ticket_id, "seller")), "own_ticket");
  EXPECT_TRUE(order(ticket_id, "buyer"));
}

// Its copy is from a release that did not keep the seller; the next event of the ticket brings it.
TEST_F(OwnTicketTest, IsAllowedWhileTheSellerIsUnknown) {
  static const db::Sql forget{"test_forget_seller", "UPDATE tickets SET user_id = NULL"};
  const std::string ticket_id = others_.make_ticket();
  run(data_.database().commit({.contends_for = ticket_id, .statements = {forget()}}));
  const auto made = order(ticket_id, "seller");
  ASSERT_TRUE(made);
  EXPECT_TRUE(cancel(made->id, "seller"));
  others_.edit_ticket(ticket_id, 1, Money{2'000});
  EXPECT_EQ(refusal_of(order(ticket_id, "seller")), "own_ticket");
}

TEST_F(CreateOrderTest, AllowsTheSellerUnlessConfiguredOtherwise) {
  EXPECT_TRUE(order(others_.make_ticket(), "seller"));
}

}  // namespace
}  // namespace ticketing::orders
