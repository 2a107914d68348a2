// The effect of the events of orders on tickets: late, early, twice, and in a race.
#include "tickets/listeners.hpp"

#include <gmock/gmock.h>

#include "contracts/delivery_events.hpp"
#include "tickets/test_tickets.hpp"

namespace ticketing::tickets {
namespace {

using bus::Verdict;

class OrderEventsTest : public TicketsTest {
 protected:
  Verdict follow(const std::string& ticket_id, const std::string& order_id, OrderStatus status,
                 std::int64_t version) {
    return run(operations_.follow_order({.id = order_id, .status = status}, version, ticket_id));
  }
};

TEST_F(OrderEventsTest, ReserveSellAndFreeATicketAndPublishEvents) {
  const std::string id = make_ticket(), order_id = orders_.make(id);
  EXPECT_EQ(show(id).status, TicketStatus::reserved);
  EXPECT_EQ(show(id).order_id, order_id);
  EXPECT_EQ(last_update().order_id, order_id);
  EXPECT_EQ(last_update().version, 1);
  orders_.complete(order_id, id);
  EXPECT_EQ(show(id).status, TicketStatus::sold);
  orders_.cancel(order_id, id, 2);  // refunded
  EXPECT_EQ(show(id).status, TicketStatus::available);
  EXPECT_EQ(last_update().order_id, std::nullopt);
  EXPECT_EQ(last_update().version, 3);
  EXPECT_EQ(updates(), 3U);
}

TEST_F(OrderEventsTest, ThatComeTwiceOrLateChangeNothing) {
  const std::string id = make_ticket(), order_id = orders_.make(id);
  orders_.cancel(order_id, id);
  EXPECT_EQ(follow(id, order_id, OrderStatus::created, 0), Verdict::done);
  EXPECT_EQ(follow(id, order_id, OrderStatus::cancelled, 1), Verdict::done);
  EXPECT_EQ(show(id).status, TicketStatus::available);
  EXPECT_EQ(show(id).version, 2);
  EXPECT_EQ(updates(), 2U);
}

TEST_F(OrderEventsTest, WaitForTheirPredecessor) {
  const std::string id = make_ticket(), order_id = platform_.next_id();
  EXPECT_EQ(follow(id, order_id, OrderStatus::complete, 1), Verdict::retry_later);
  EXPECT_EQ(show(id).version, 0);
  EXPECT_EQ(follow(id, order_id, OrderStatus::created, 0), Verdict::done);
  EXPECT_EQ(follow(id, order_id, OrderStatus::cancelled, 2), Verdict::retry_later);
  EXPECT_EQ(follow(id, order_id, OrderStatus::complete, 1), Verdict::done);
  EXPECT_EQ(show(id).status, TicketStatus::sold);
  EXPECT_EQ(updates(), 2U);
}

// The end of the first order and the beginning of the second come in the wrong order.
TEST_F(OrderEventsTest, OfAnEarlierOrderDoNotFreeATicketThatALaterOneHas) {
  const std::string id = make_ticket();
  const std::string first = orders_.make(id), second = orders_.make(id);
  EXPECT_EQ(show(id).order_id, second);
  orders_.cancel(first, id);
  EXPECT_EQ(show(id).status, TicketStatus::reserved);
  EXPECT_EQ(show(id).order_id, second);
}

TEST_F(OrderEventsTest, OfALaterOrderLeaveTheTicketToAnEarlierOneThatIsStillLive) {
  const std::string id = make_ticket();
  const std::string first = orders_.make(id), second = orders_.make(id);
  orders_.cancel(second, id);
  EXPECT_EQ(show(id).order_id, first);
}

TEST_F(OrderEventsTest, LeaveTheTicketToTheNewestOfSeveralLiveOrders) {
  const std::string id = make_ticket();
  orders_.make(id);
  const std::string second = orders_.make(id), third = orders_.make(id);
  orders_.cancel(third, id);
  EXPECT_EQ(show(id).order_id, second);
}

TEST_F(OrderEventsTest, AreAppliedAfterALostRace) {
  const std::string id = make_ticket();
  lose_race_to(test_touch_ticket(id), 2);
  const std::string order_id = orders_.make(id);
  EXPECT_EQ(show(id).order_id, order_id);
  EXPECT_EQ(show(id).version, 3);
  EXPECT_EQ(updates(), 1U);
  // The order's version that was applied is stored.
  EXPECT_EQ(follow(id, order_id, OrderStatus::created, 0), Verdict::done);
  EXPECT_EQ(show(id).version, 3);
}

TEST_F(OrderEventsTest, AreAppliedOnceWhenTheAnswerWasLost) {
  const std::string id = make_ticket();
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::answer_lost);
  orders_.make(id);
  EXPECT_EQ(show(id).version, 1);
  EXPECT_EQ(updates(), 1U);
}

TEST_F(OrderEventsTest, OfAnUnknownTicketAreDeadLetters) {
  orders_.make("no such");
  orders_.decide("no such", 1, true);
  const auto letters = run(platform_.bus().list_dead_letters(10));
  ASSERT_EQ(letters.size(), 2U);
  EXPECT_EQ(letters.front().reason, "permanent failure: no ticket no such");
}

class DecisionsTest : public TicketsTest {
 protected:
  // Asks for a withdrawal, which stays undecided; gives the version at which it asked.
  std::int64_t ask(const std::string& id) {
    return run(operations_.withdraw_ticket(id, "seller"))->version;
  }
};

TEST_F(DecisionsTest, WithdrawATicketOnce) {
  const std::string id = make_ticket();
  const std::int64_t asked = ask(id);
  orders_.decide(id, asked, true);
  EXPECT_EQ(run(operations_.decide_withdrawal(id, asked, true)), Verdict::done);
  EXPECT_EQ(show(id).status, TicketStatus::withdrawn);
  EXPECT_EQ(show(id).version, asked + 1);
  EXPECT_EQ(updates(), 2U);
}

// Orders accepts no more orders of the ticket, in every state of the ticket here.
TEST_F(DecisionsTest, ThatGrantHoldAlsoAfterTheTicketChanged) {
  const std::string id = make_ticket();
  const std::int64_t asked = ask(id);
  ASSERT_TRUE(update(id));
  EXPECT_FALSE(last_update().withdrawal_requested);  // it was asked for once
  orders_.decide(id, asked, true);
  EXPECT_EQ(show(id).status, TicketStatus::withdrawn);
}

TEST_F(DecisionsTest, ThatRefuseEndOnlyTheRequestThatTheyAnswer) {
  const std::string id = make_ticket();
  const std::int64_t first = ask(id), second = ask(id);
  EXPECT_GT(second, first);
  orders_.decide(id, first, false);
  EXPECT_EQ(show(id).withdrawal_version, second);
  orders_.decide(id, second, false);
  EXPECT_EQ(show(id).withdrawal_version, std::nullopt);
}

TEST_F(DecisionsTest, LeaveAWithdrawnTicketSoWhenOldEventsOfOrdersCome) {
  const std::string id = make_ticket();
  orders_.decide(id, ask(id), true);
  orders_.cancel(orders_.make(id), id);
  EXPECT_EQ(show(id).status, TicketStatus::withdrawn);
  EXPECT_EQ(show(id).order_id, std::nullopt);
}

TEST_F(DecisionsTest, AreAppliedAfterALostRace) {
  const std::string id = make_ticket();
  const std::int64_t asked = ask(id);
  lose_race_to(test_touch_ticket(id));
  orders_.decide(id, asked, true);
  EXPECT_EQ(show(id).status, TicketStatus::withdrawn);
  EXPECT_EQ(show(id).version, asked + 2);
}

using ShowEventsTest = TicketsTest;

TEST_F(ShowEventsTest, ThatComeTwiceOrLateChangeNothing) {
  const std::string id = shows_.make();
  shows_.plan(id, "postponed", 2);
  shows_.plan(id, "scheduled", 1);
  shows_.create(id);
  platform_.skip(std::chrono::hours{25});
  EXPECT_TRUE(create_for(id)) << "it is postponed";
  shows_.plan(id, "scheduled", 3);
  platform_.skip(std::chrono::hours{25});
  EXPECT_EQ(refusal_of(create_for(id)), "show_over");
}

TEST_F(OrderEventsTest, ThatAFileIsReadyShowsOnTheTicketOnce) {
  const std::string id = make_ticket(), order_id = orders_.make(id);
  EXPECT_FALSE(show(id).has_file);
  platform_.publish_as("delivery", contracts::DeliveryReady{.ticket_id = id});
  platform_.publish_as("delivery", contracts::DeliveryReady{.ticket_id = id});
  EXPECT_TRUE(show(id).has_file);
  EXPECT_EQ(show(id).version, 2);
  EXPECT_EQ(show(id).status, TicketStatus::reserved);
  EXPECT_TRUE(last_update().has_file);
  EXPECT_EQ(updates(), 2U);
  orders_.complete(order_id, id);
  EXPECT_TRUE(show(id).has_file);
}

TEST_F(OrderEventsTest, OfAResaleListItOnceForWhatItsBuyerPaid) {
  const std::string sold = make_ticket();
  platform_.publish_as("delivery", contracts::DeliveryReady{.ticket_id = sold});
  const std::string order = orders_.make(sold, Money{.cents = 1'500});
  orders_.complete(order, sold);
  const contracts::ResaleBegun resale{
      .order_id = order, .ticket_id = sold, .resale_id = platform_.next_id(), .user_id = "buyer"};
  for (int i = 0; i < 2; ++i) platform_.publish_as("delivery", resale);
  const Ticket listed = show(resale.resale_id);
  EXPECT_EQ(listed.user_id, "buyer");
  EXPECT_EQ(listed.price.cents, 1'500);
  EXPECT_EQ(listed.status, TicketStatus::available);
  EXPECT_TRUE(listed.has_file);
  EXPECT_EQ(show(sold).status, TicketStatus::sold);
  EXPECT_EQ(events("ticket.created").size(), 2U);
}

// The events are of two subjects, which wait for nothing of each other.
TEST_F(OrderEventsTest, OfAResaleSayThatItHasItsFileBeforeTheNewsOfThatCome) {
  for (const bool has_file : {true, false}) {
    const std::string sold = make_ticket();
    const std::string order = orders_.make(sold);
    orders_.complete(order, sold);
    const contracts::ResaleBegun resale{.order_id = order,
                                        .ticket_id = sold,
                                        .resale_id = platform_.next_id(),
                                        .user_id = "buyer",
                                        .has_file = has_file};
    platform_.publish_as("delivery", resale);
    EXPECT_EQ(show(resale.resale_id).has_file, has_file);
    EXPECT_FALSE(show(sold).has_file);
  }
}

}  // namespace
}  // namespace ticketing::tickets
