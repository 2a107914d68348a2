// The effect of the events of other services on orders: late, early, twice, and in a race.
#include "orders/listeners.hpp"

#include <gmock/gmock.h>

#include "orders/test_orders.hpp"

namespace ticketing::orders {
namespace {

using bus::Verdict;
using testing::IsEmpty;

using PaymentEventsTest = OrdersTest;

TEST_F(PaymentEventsTest, APaymentCompletesItsOrderAndPublishesAnEvent) {
  const std::string order_id = make_order();
  others_.pay(order_id);
  EXPECT_EQ(show(order_id).status, OrderStatus::complete);
  EXPECT_EQ(show(order_id).payment_id, "p");
  const auto told = contracts::decode<contracts::OrderCompleted>(event("order.completed").payload);
  EXPECT_EQ(told->id, order_id);
  EXPECT_EQ(told->version, 1);
  EXPECT_EQ(told->ticket.id, show(order_id).ticket.id);
  EXPECT_EQ(platform_.metric("orders_completed_total"), 1);
}

TEST_F(PaymentEventsTest, APaymentThatComesTwiceChangesNothing) {
  const std::string order_id = make_order();
  others_.pay(order_id);
  others_.pay(order_id);
  others_.pay(order_id, "another payment");
  EXPECT_EQ(show(order_id).version, 1);
  EXPECT_EQ(show(order_id).payment_id, "p");
  EXPECT_EQ(events("order.completed").size(), 1U);
  EXPECT_EQ(platform_.metric("orders_completed_total"), 1);
}

TEST_F(PaymentEventsTest, ABuyerWhoPaidInTimeHasTheTicketAlsoWhenTheEventIsLate) {
  const std::string order_id = make_order();
  platform_.skip(hold + std::chrono::seconds{2});
  others_.pay(order_id);
  others_.expire(order_id);
  EXPECT_EQ(show(order_id).status, OrderStatus::complete);
  EXPECT_THAT(events("order.cancelled"), IsEmpty());
}

TEST_F(PaymentEventsTest, APaymentOfACancelledOrderChangesNothing) {
  const std::string order_id = make_order();
  ASSERT_TRUE(cancel(order_id));
  others_.pay(order_id);
  EXPECT_EQ(show(order_id).status, OrderStatus::cancelled);
  EXPECT_THAT(events("order.completed"), IsEmpty());
}

TEST_F(PaymentEventsTest, APaymentLosesTheRaceToACancellation) {
  const std::string order_id = make_order();
  lose_race_to(test_cancel_order(order_id, "cancelled_by_buyer"));
  others_.pay(order_id);
  EXPECT_EQ(show(order_id).status, OrderStatus::cancelled);
  EXPECT_THAT(events("order.completed"), IsEmpty());
  EXPECT_EQ(platform_.metric("orders_completed_total"), 0);
}

TEST_F(PaymentEventsTest, APaymentIsAppliedAfterALostRace) {
  const std::string order_id = make_order();
  lose_race_to(test_touch_order(order_id));
  others_.pay(order_id);
  EXPECT_EQ(contracts::decode<contracts::OrderCompleted>(event("order.completed").payload)->version,
            2);
}

TEST_F(PaymentEventsTest, AnOutageDelaysAPayment) {
  const std::string order_id = make_order();
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::unavailable);
  others_.pay(order_id);
  EXPECT_EQ(show(order_id).status, OrderStatus::complete);
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::answer_lost);
  others_.fail(order_id);
  EXPECT_EQ(show(order_id).reason, CancelReason::payment_failed);
  EXPECT_EQ(events("order.completed").size(), 1U);
  EXPECT_EQ(events("order.cancelled").size(), 1U);
}

TEST_F(PaymentEventsTest, AnEventOfAnUnknownOrderIsADeadLetter) {
  others_.pay("no such");
  others_.expire("no such");
  others_.fail("no such");
  others_.refund("no such", {});
  const auto letters = run(platform_.bus().list_dead_letters(10));
  ASSERT_EQ(letters.size(), 4U);
  EXPECT_EQ(letters.front().reason, "permanent failure: no order no such");
}

TEST_F(PaymentEventsTest, APaymentThatFailedUndoesItsSale) {
  const std::string order_id = make_complete_order();
  others_.fail(order_id, "another payment");
  EXPECT_EQ(show(order_id).status, OrderStatus::complete);
  others_.fail(order_id);
  others_.fail(order_id);
  EXPECT_EQ(show(order_id).status, OrderStatus::cancelled);
  EXPECT_EQ(show(order_id).reason, CancelReason::payment_failed);
  const auto told = contracts::decode<contracts::OrderCancelled>(event("order.cancelled").payload);
  EXPECT_EQ(told->version, 2);
  EXPECT_EQ(told->reason, "payment_failed");
  EXPECT_TRUE(order(show(order_id).ticket.id, "another"));
}

// Applied before its payment.created, it would leave an order that a failed payment completes.
TEST_F(PaymentEventsTest, AFailureWaitsForTheEventThatThePaymentWasMade) {
  const std::string order_id = make_order();
  EXPECT_EQ(run(operations_.fail_payment(order_id, "p")), Verdict::retry_later);
  EXPECT_EQ(run(operations_.undo_sale(order_id, "p")), Verdict::retry_later);
  EXPECT_EQ(show(order_id).status, OrderStatus::created);
  others_.pay(order_id);
  EXPECT_EQ(run(operations_.fail_payment(order_id, "p")), Verdict::done);
  EXPECT_EQ(show(order_id).status, OrderStatus::cancelled);
}

TEST_F(PaymentEventsTest, ARefundPutsTheTicketBackOnSaleOnlyWhenItIsFullAndAskedFor) {
  const std::string order_id = make_complete_order();
  others_.refund(order_id, {.full = true, .relist = false});
  others_.refund(order_id, {.full = false, .relist = true});
  others_.refund(order_id, {}, "another payment");
  EXPECT_EQ(show(order_id).status, OrderStatus::complete);
  others_.refund(order_id, {});
  EXPECT_EQ(show(order_id).reason, CancelReason::refunded);
  EXPECT_EQ(contracts::decode<contracts::OrderCancelled>(event("order.cancelled").payload)->reason,
            "refunded");
  EXPECT_EQ(platform_.metric("orders_cancelled_total{reason=\"other\"}"), 1);
  EXPECT_TRUE(order(show(order_id).ticket.id, "another"));
}

TEST_F(PaymentEventsTest, ARefundAndAFailureRaceForOneCancellation) {
  const std::string order_id = make_complete_order();
  lose_race_to(test_cancel_order(order_id, "payment_failed"));
  others_.refund(order_id, {});
  EXPECT_EQ(show(order_id).reason, CancelReason::payment_failed);
  EXPECT_THAT(events("order.cancelled"), IsEmpty());
}

using ExpirationEventsTest = OrdersTest;

TEST_F(ExpirationEventsTest, EndAnUnpaidOrderWhoseTimeIsOver) {
  const std::string order_id = make_order();
  platform_.skip(hold);
  others_.expire(order_id);
  others_.expire(order_id);
  EXPECT_EQ(show(order_id).reason, CancelReason::expired);
  const auto told = contracts::decode<contracts::OrderCancelled>(event("order.cancelled").payload);
  EXPECT_EQ(told->reason, "expired");
  EXPECT_EQ(told->version, 1);
  EXPECT_EQ(platform_.metric("orders_cancelled_total{reason=\"expired\"}"), 1);
}

TEST_F(ExpirationEventsTest, WaitForTheEndOfAnOrderWhenTheyComeAMomentEarly) {
  const std::string order_id = make_order();
  platform_.skip(hold - Milliseconds{200});
  others_.expire(order_id);
  const Order ended = show(order_id);
  EXPECT_EQ(ended.reason, CancelReason::expired);
  EXPECT_EQ(platform_.now(), ended.expires_at);
}

TEST_F(ExpirationEventsTest, ChangeNothingWhenTheyComeTooEarly) {
  const std::string order_id = make_order();
  platform_.skip(hold - Milliseconds{201});
  const Timestamp begun = platform_.now();
  EXPECT_EQ(run(operations_.expire_order(order_id)), Verdict::done);
  EXPECT_EQ(platform_.now(), begun);
  EXPECT_EQ(show(order_id).status, OrderStatus::created);
}

TEST_F(ExpirationEventsTest, DoNotChangeACompleteOrder) {
  const std::string order_id = make_complete_order();
  platform_.skip(hold);
  others_.expire(order_id);
  EXPECT_EQ(show(order_id).status, OrderStatus::complete);
  EXPECT_THAT(events("order.cancelled"), IsEmpty());
}

TEST_F(ExpirationEventsTest, LoseTheRaceToThePayment) {
  const std::string order_id = make_order();
  platform_.skip(hold);
  lose_race_to(test_complete_order(order_id));
  others_.expire(order_id);
  EXPECT_EQ(show(order_id).status, OrderStatus::complete);
  EXPECT_THAT(events("order.cancelled"), IsEmpty());
}

class TicketEventsTest : public OrdersTest {
 protected:
  Verdict follow(const std::string& id, std::int64_t version, std::int64_t cents) {
    return run(operations_.follow_ticket(
        {.id = id, .version = version, .title = "Row 8", .price = Money{cents}}));
  }
  Verdict decide(const std::string& id, std::int64_t version) {
    return run(operations_.decide_withdrawal(
        {.ticket = {.id = id, .version = version, .title = "Row 8", .price = Money{2'000}},
         .asked_version = version}));
  }
  contracts::WithdrawalDecided last_decision() {
    const auto all = events("order.withdrawal_decided");
    if (all.empty()) throw std::logic_error("no withdrawal was decided");
    return contracts::decode<contracts::WithdrawalDecided>(all.back().payload).value();
  }
  std::size_t decisions() { return events("order.withdrawal_decided").size(); }
};

TEST_F(TicketEventsTest, AreAppliedInTheOrderOfVersions) {
  const std::string id = platform_.next_id();
  EXPECT_EQ(follow(id, 1, 2'100), Verdict::retry_later);  // its ticket.created has not come
  EXPECT_EQ(follow(id, 0, 2'000), Verdict::done);
  EXPECT_EQ(follow(id, 2, 2'200), Verdict::retry_later);
  EXPECT_EQ(follow(id, 1, 2'100), Verdict::done);
  EXPECT_EQ(follow(id, 2, 2'200), Verdict::done);
  EXPECT_EQ(order(id)->ticket.price, Money{2'200});
}

TEST_F(TicketEventsTest, ThatComeLateOrTwiceChangeNothing) {
  const std::string id = platform_.next_id();
  follow(id, 0, 2'000);
  follow(id, 1, 2'100);
  EXPECT_EQ(follow(id, 0, 1), Verdict::done);
  EXPECT_EQ(follow(id, 1, 1), Verdict::done);
  EXPECT_EQ(order(id)->ticket.price, Money{2'100});
}

TEST_F(TicketEventsTest, AnOrderKeepsThePriceThatItWasMadeAt) {
  const std::string id = platform_.next_id();
  follow(id, 0, 2'000);
  const std::string order_id = order(id)->id;
  follow(id, 1, 9'900);
  EXPECT_EQ(show(order_id).ticket.price, Money{2'000});
  EXPECT_EQ(show(order_id).ticket.title, "Row 8");
}

TEST_F(TicketEventsTest, AWithdrawalIsGrantedWhenNoOrderHasTheTicket) {
  const std::string id = others_.make_ticket();
  EXPECT_EQ(decide(id, 1), Verdict::done);
  const auto told = last_decision();
  EXPECT_TRUE(told.granted);
  EXPECT_EQ(told.ticket.id, id);
  EXPECT_EQ(told.ticket.version, 1);
  EXPECT_EQ(refusal_of(order(id)), "ticket_withdrawn");
}

TEST_F(TicketEventsTest, AWithdrawalIsRefusedWhileAnOrderHasTheTicket) {
  const std::string id = others_.make_ticket();
  const std::string order_id = order(id)->id;
  EXPECT_EQ(decide(id, 1), Verdict::done);
  EXPECT_FALSE(last_decision().granted);
  others_.pay(order_id);
  EXPECT_EQ(decide(id, 2), Verdict::done);
  EXPECT_FALSE(last_decision().granted);
  EXPECT_EQ(last_decision().ticket.version, 2);
  others_.refund(order_id, {});
  EXPECT_EQ(decide(id, 3), Verdict::done);
  EXPECT_TRUE(last_decision().granted);
  EXPECT_EQ(decisions(), 3U);
}

TEST_F(TicketEventsTest, AWithdrawalThatIsAskedForTwiceIsGrantedTwice) {
  const std::string id = others_.make_ticket();
  decide(id, 1);
  EXPECT_EQ(decide(id, 2), Verdict::done);
  EXPECT_TRUE(last_decision().granted);
  EXPECT_EQ(last_decision().ticket.version, 2);
  EXPECT_EQ(decisions(), 2U);
}

TEST_F(TicketEventsTest, AWithdrawalThatComesTwiceIsDecidedOnce) {
  const std::string id = others_.make_ticket();
  decide(id, 1);
  EXPECT_EQ(decide(id, 1), Verdict::done);
  EXPECT_EQ(decisions(), 1U);
}

TEST_F(TicketEventsTest, AWithdrawalWaitsForItsPredecessor) {
  const std::string id = others_.make_ticket();
  EXPECT_EQ(decide(id, 2), Verdict::retry_later);
  EXPECT_EQ(decisions(), 0U);
  EXPECT_TRUE(order(id));
}

TEST_F(TicketEventsTest, AWithdrawalLosesTheRaceToAnOrder) {
  const std::string id = others_.make_ticket();
  lose_race_to(test_rival_order("rival", "another", id, platform_.now() + hold));
  decide(id, 1);
  EXPECT_FALSE(last_decision().granted);
}

TEST_F(TicketEventsTest, ADecisionWhoseAnswerWasLostIsPublishedOnce) {
  const std::string id = others_.make_ticket();
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::answer_lost);
  others_.ask_for_withdrawal(id, 1);
  EXPECT_TRUE(last_decision().granted);
  EXPECT_EQ(decisions(), 1U);
}

class TicketCopiesTest : public TicketEventsTest {
 protected:
  // A republished ticket; `asked`: at which version its seller asked to withdraw it, undecided.
  void republish(const std::string& id, std::int64_t version,
                 std::optional<std::int64_t> asked = std::nullopt) {
    bus::Event event = platform_.event_from(
        "tickets", contracts::TicketUpdated{.id = id,
                                            .version = version,
                                            .title = "Row 8",
                                            .price = Money{2'000},
                                            .user_id = "seller",
                                            .order_id = std::nullopt,
                                            .withdrawal_requested = asked == version,
                                            .withdrawal_version = asked});
    event.original = "the first";
    run(platform_.bus().publish(event));
  }
};

TEST_F(TicketCopiesTest, ReplaceWhatIsOlderWithoutTheVersionsBetween) {
  const std::string known = others_.make_ticket(), unknown = platform_.next_id();
  republish(known, 5);
  republish(unknown, 7);
  EXPECT_EQ(follow(known, 5, 9'900), Verdict::done) << "it is there";
  EXPECT_EQ(follow(known, 6, 2'100), Verdict::done) << "the next one follows it";
  EXPECT_EQ(follow(unknown, 8, 2'100), Verdict::done);
  republish(known, 5);  // again, late
  EXPECT_EQ(follow(known, 8, 2'100), Verdict::retry_later) << "it is at version 6 still";
  EXPECT_EQ(decisions(), 0U);
}

TEST_F(TicketCopiesTest, HaveARequestDecidedThatNeverCame) {
  const std::string id = others_.make_ticket();
  republish(id, 4, 2);
  ASSERT_EQ(decisions(), 1U);
  EXPECT_TRUE(last_decision().granted);
  EXPECT_EQ(last_decision().ticket.version, 2);
  republish(id, 4, 2);
  EXPECT_EQ(decisions(), 1U) << "decided once";
}

TEST_F(TicketCopiesTest, LeaveARequestThatWasDecided) {
  const std::string id = others_.make_ticket();
  const std::string order_id = order(id).value().id;
  EXPECT_EQ(decide(id, 1), Verdict::done);
  ASSERT_EQ(decisions(), 1U);
  EXPECT_FALSE(last_decision().granted);
  static_cast<void>(cancel(order_id));  // now it would be granted
  republish(id, 3, 1);
  EXPECT_EQ(decisions(), 1U);
}

TEST_F(TicketCopiesTest, OfATicketThatIsNewHaveItsRequestDecided) {
  const std::string id = platform_.next_id();
  republish(id, 3, 3);
  ASSERT_EQ(decisions(), 1U);
  EXPECT_TRUE(last_decision().granted);
  EXPECT_EQ(last_decision().ticket.version, 3);
}

}  // namespace
}  // namespace ticketing::orders
