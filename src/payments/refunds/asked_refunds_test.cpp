// Refunds that wait for delivery, and its answers.
#include <gmock/gmock.h>

#include <set>

#include "payments/refunds/test_refunds.hpp"

namespace ticketing::payments::refunds {
namespace {

using testing::IsEmpty;

// As another replica takes delivery's answer.
const db::Sql refuse_asked{"test_refuse_asked",
                           "UPDATE refunds SET status = 'failed', failure = 'ticket_revealed'"};
const db::Sql release_asked{"test_release_asked", "UPDATE refunds SET status = 'pending'"};
// I24: a refund asks for the ticket first, and delivery decides between it and a reveal.
class AskedRefundTest : public RefundTest {
 protected:
  RefundStatus status_of(const std::string& refund_id) {
    return run(refunds_.answer_of(refund_id))->status;
  }
  // A refund that delivery has not answered.
  Refund ask(const std::string& order_id, Wanted wanted = {}) {
    delivery_.is_away = true;
    const auto asked = refund(order_id, std::move(wanted));
    EXPECT_TRUE(asked);
    EXPECT_EQ(asked->status, RefundStatus::asked);
    return *asked;
  }
  std::size_t requests() {
    platform_.pass(std::chrono::seconds{1});
    return delivery_.requests.size();
  }
};

TEST_F(AskedRefundTest, AsksForTheTicketBeforeMoneyGoesBack) {
  const std::string order_id = make_captured_order();
  const Timestamp begun = platform_.now();
  const Refund asked = ask(order_id, {.relist = true});
  EXPECT_GE(platform_.now() - begun, std::chrono::seconds{3});
  EXPECT_LT(platform_.now() - begun, std::chrono::seconds{4});
  ASSERT_EQ(delivery_.requests.size(), 1U);
  EXPECT_EQ(delivery_.requests[0].order_id, order_id);
  EXPECT_EQ(delivery_.requests[0].refund_id, asked.id);
  EXPECT_EQ(delivery_.requests[0].ticket_id, "ticket");
  EXPECT_EQ(delivery_.requests[0].user_id, "buyer");
  EXPECT_EQ(gateway_.count("refund"), 0);
  EXPECT_EQ(refundable(order_id).refunding.cents, 2'000);
  delivery_.release(order_id, asked.id);
  platform_.pass(std::chrono::seconds{1});
  EXPECT_EQ(status_of(asked.id), RefundStatus::succeeded);
  EXPECT_EQ(payment(order_id).refunded_cents, 2'000);
  delivery_.release(order_id, asked.id);
  EXPECT_EQ(refunded_events().size(), 1U) << "once, however often delivery answers";
  EXPECT_EQ(gateway_.count("refund"), 1);
}

TEST_F(AskedRefundTest, OfATicketThatWasNotGivenInTimeIsMadeByItselfAndOnce) {
  const std::string order_id = make_captured_order();
  platform_.skip(std::chrono::hours{25});
  const contracts::DeliveryOverdue missed{.order_id = order_id, .ticket_id = "ticket"};
  for (int i = 0; i < 3; ++i) platform_.publish_as("delivery", missed);
  platform_.pass(std::chrono::seconds{1});
  EXPECT_EQ(refunds(), 1);
  EXPECT_EQ(delivery_.requests.size(), 1U) << "the ticket is released as for any refund";
  EXPECT_EQ(gateway_.count("refund"), 1);
  EXPECT_EQ(payment(order_id).refunded_cents, 2'000);
  const auto told = refunded_events();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].full);
  EXPECT_FALSE(told[0].relist);
}

TEST_F(AskedRefundTest, OfATicketThatWasNotGivenInTimeIsOfWhatIsLeft) {
  const std::string order_id = make_captured_order();
  ASSERT_TRUE(refund(order_id, {.cents = 500}));
  platform_.publish_as("delivery", contracts::DeliveryOverdue{.order_id = order_id});
  platform_.pass(std::chrono::seconds{1});
  EXPECT_EQ(payment(order_id).refunded_cents, 2'000);
  EXPECT_EQ(refunds(), 2);
  const std::string returned = make_captured_order();
  ASSERT_TRUE(refund(returned));
  platform_.publish_as("delivery", contracts::DeliveryOverdue{.order_id = returned});
  EXPECT_EQ(refunds(), 3) << "all of it went back before";
}

// A server ends a handler after ten seconds.
TEST_F(AskedRefundTest, IsAnsweredInTimeHoweverLateDeliveryIs) {
  const std::string order_id = make_captured_order();
  gateway_.on_refund = [](const auto&) { return Unknown{.reason = "time-out"}; };
  delivery_.delay = Milliseconds{2'500};
  const Timestamp begun = platform_.now();
  const auto pending = refund(order_id);
  ASSERT_TRUE(pending);
  EXPECT_EQ(pending->status, RefundStatus::pending);
  EXPECT_LT(platform_.now() - begun, Milliseconds{9'500});
}

TEST_F(AskedRefundTest, IsRefusedWhenDeliveryHasShownTheTicket) {
  const std::string order_id = make_captured_order();
  delivery_.has_revealed = true;
  EXPECT_EQ(refusal(order_id, {}), "ticket_revealed");
  EXPECT_EQ(payment(order_id).refunding_cents, 0);
  EXPECT_EQ(refusal(order_id, {.cents = 5}), "ticket_revealed");
  EXPECT_EQ(delivery_.requests.size(), 1U) << "the second is refused at once";
  EXPECT_EQ(refunds(), 1);
  EXPECT_EQ(gateway_.count("refund"), 0);
  EXPECT_THAT(refunded_events(), IsEmpty());
  EXPECT_EQ(refundable(order_id).refundable.cents, 0);
}

// Until the buyer has the ticket back.
TEST_F(AskedRefundTest, IsRefusedWhileTheBuyerSellsTheTicket) {
  const std::string order_id = make_captured_order();
  delivery_.has_resold = true;
  EXPECT_EQ(refusal(order_id, {}), "ticket_resold");
  const Wanted with_reason{.by = RefundRequester::operator_, .reason = "moved"};
  EXPECT_EQ(refusal(order_id, with_reason), "ticket_resold");
  EXPECT_EQ(payment(order_id).refunding_cents, 0);
  EXPECT_EQ(gateway_.count("refund"), 0);
  delivery_.has_resold = false;
  EXPECT_EQ(refusal(order_id, {}), "");
}

TEST_F(AskedRefundTest, IsRefusedAtOnceWhenTheRevealIsKnown) {
  const std::string order_id = make_captured_order();
  delivery_.reveal(order_id);
  delivery_.reveal(order_id);
  EXPECT_EQ(refusal(order_id, {}), "ticket_revealed");
  EXPECT_EQ(refunds(), 0);
  EXPECT_EQ(requests(), 0U);
  EXPECT_EQ(refusal(make_captured_order(), {}), "");
}

// The event of the reveal itself, not the answer to the refund.
TEST_F(AskedRefundTest, IsRefusedWhenAnyEventTellsOfTheReveal) {
  const std::string order_id = make_captured_order();
  const Refund part = ask(order_id, {.cents = 300}), rest = ask(order_id);
  delivery_.reveal(order_id);
  for (const Refund& each : {part, rest}) {
    EXPECT_EQ(refusal_of(run(refunds_.answer_of(each.id))), "ticket_revealed");
  }
  EXPECT_EQ(payment(order_id).refunding_cents, 0);
  delivery_.release(order_id, rest.id);  // no such answer comes, and it would change nothing
  process_refunds();
  EXPECT_EQ(gateway_.count("refund"), 0);
}

TEST_F(AskedRefundTest, OfAnOperatorOutlastsARevealOnlyWithAReason) {
  const std::string order_id = make_captured_order();
  delivery_.has_revealed = true;
  EXPECT_EQ(refusal(order_id, {.by = RefundRequester::operator_}), "ticket_revealed");
  const Wanted with_reason{.cents = 500, .by = RefundRequester::operator_, .reason = "moved"};
  EXPECT_EQ(refusal(order_id, with_reason), "");
  EXPECT_EQ(payment(order_id).refunded_cents, 500);
  const std::string other = make_captured_order();
  delivery_.has_revealed = false;
  EXPECT_EQ(refusal(other, with_reason), "") << "it releases a ticket that was not shown";
  EXPECT_EQ(delivery_.requests.size(), 3U);
}

TEST_F(AskedRefundTest, AsksAgainUntilDeliveryAnswersAndNeverGivesMoneyBackByItself) {
  const std::string order_id = make_captured_order();
  const Refund asked = ask(order_id);
  process_refunds();
  EXPECT_EQ(requests(), 1U) << "not before its time";
  EXPECT_EQ(platform_.metric("refunds_asked"), 1);
  EXPECT_EQ(platform_.metric("refunds_unfinished"), 0);
  std::size_t expected = 1;
  for (const auto pause : {std::chrono::seconds{30}, std::chrono::seconds{60},
                           std::chrono::seconds{120}, std::chrono::seconds{600}}) {
    platform_.pass(pause);
    process_refunds();
    process_refunds();
    EXPECT_EQ(requests(), ++expected) << pause.count();
    EXPECT_EQ(delivery_.requests.back().refund_id, asked.id);
  }
  EXPECT_EQ(gateway_.count("refund"), 0);
  EXPECT_EQ(status_of(asked.id), RefundStatus::asked);
  delivery_.is_away = false;
  platform_.pass(std::chrono::minutes{20});
  process_refunds();
  EXPECT_EQ(requests(), expected + 1);
  EXPECT_EQ(status_of(asked.id), RefundStatus::succeeded);
  process_refunds();
  EXPECT_EQ(platform_.metric("refunds_asked"), 0);
  EXPECT_EQ(refunded_events().size(), 1U);
}

// The gateway forgets keys after a day, and so refuses what it may have been asked before that.
TEST_F(AskedRefundTest, IsNewToTheGatewayHoweverLongDeliveryWasAway) {
  const Refund asked = ask(make_captured_order());
  platform_.pass(std::chrono::hours{1});
  const Timestamp released_at = platform_.now();
  std::optional<Timestamp> begun_at;
  gateway_.on_refund = [&](const RefundCall& call) {
    begun_at = call.begun_at;
    return Refunded{.stripe_id = "re_1"};
  };
  delivery_.release(asked.order_id, asked.id);
  platform_.pass(std::chrono::seconds{1});
  EXPECT_EQ(status_of(asked.id), RefundStatus::succeeded);
  ASSERT_TRUE(begun_at);
  EXPECT_GE(*begun_at, released_at);
}

TEST_F(AskedRefundTest, IsAskedAgainAfterALostRaceAndNotOnceItIsAnswered) {
  const std::string order_id = make_captured_order();
  ask(order_id);
  platform_.pass(std::chrono::seconds{30});
  lose_races(order_id);
  process_refunds();
  EXPECT_EQ(requests(), 1U);
  process_refunds();
  EXPECT_EQ(requests(), 2U) << "it is still due";
  platform_.pass(std::chrono::minutes{2});
  lose_race_to(release_asked());
  process_refunds();
  EXPECT_EQ(requests(), 2U);
}

TEST_F(AskedRefundTest, KeepsTheAnswerThatAnotherReplicaTook) {
  const std::string order_id = make_captured_order();
  const Refund asked = ask(order_id);
  lose_race_to(refuse_asked());
  delivery_.release(order_id, asked.id);
  process_refunds();
  EXPECT_EQ(gateway_.count("refund"), 0);
  EXPECT_EQ(refusal_of(run(refunds_.answer_of(asked.id))), "ticket_revealed");
}

TEST_F(AskedRefundTest, LosesNoRaceForThePaymentWhenTheTicketWasShown) {
  const std::string order_id = make_captured_order();
  const Refund asked = ask(order_id);
  platform_.database().before_next_commit([]() -> Task<> { co_return; });  // the reveal
  lose_races(order_id, 2);
  delivery_.reveal(order_id);
  EXPECT_EQ(refusal_of(run(refunds_.answer_of(asked.id))), "ticket_revealed");
  EXPECT_EQ(payment(order_id).refunding_cents, 0);
}

// Its order has no claim to the ticket any more: a delivery that gets the event for the first time
// does not show it.
TEST_F(AskedRefundTest, TakesTheTicketOutOfTheCapturesThatArePublishedOnceMore) {
  const std::string kept = make_captured_order(), refunded = make_captured_order();
  ASSERT_TRUE(refund(refunded, {.cents = 1}));
  const auto captured = [&](const std::string& order_id) {
    for (const bus::Event& event : events("payment.captured")) {
      auto told = *contracts::decode<contracts::PaymentCaptured>(event.payload);
      if (told.order_id == order_id) return told;
    }
    throw std::logic_error("it was not captured");
  };
  EXPECT_EQ(captured(kept).ticket_id, "ticket");
  EXPECT_EQ(captured(kept).user_id, "buyer");
  const auto copies = republished("payment.captured");
  ASSERT_EQ(copies.size(), 2U);
  for (const bus::Event& copy : copies) {
    const auto told = *contracts::decode<contracts::PaymentCaptured>(copy.payload);
    EXPECT_EQ(told.ticket_id.has_value(), told.order_id == kept);
    EXPECT_EQ(told.user_id.has_value(), told.order_id == kept);
  }
}

// Until money goes back, and with it the claim to the ticket.
TEST_F(AskedRefundTest, TakesThePromiseOfTheSellerOutOfTheCapturesThatArePublishedOnceMore) {
  const std::string promised = platform_.next_id();
  orders_.create(promised, true);
  ASSERT_TRUE(pay(promised));
  complete(promised);
  process_attempts();
  make_captured_order();
  const auto promised_in = [&](const std::vector<bus::Event>& captures) {
    std::set<std::string> orders;
    for (const bus::Event& event : captures) {
      const auto told = *contracts::decode<contracts::PaymentCaptured>(event.payload);
      if (told.file_promised) orders.insert(told.order_id);
    }
    return orders;
  };
  EXPECT_THAT(promised_in(events("payment.captured")), testing::ElementsAre(promised));
  EXPECT_THAT(promised_in(republished("payment.captured")), testing::ElementsAre(promised));
  ASSERT_TRUE(refund(promised, {.cents = 1}));
  EXPECT_THAT(promised_in(republished("payment.captured")), IsEmpty());
}

TEST_F(AskedRefundTest, IsPublishedOnceMoreUntilTheMoneyIsBack) {
  const Refund asked = ask(make_captured_order());
  delivery_.is_away = false;
  ASSERT_TRUE(refund(make_captured_order()));
  gateway_.on_refund = [](const auto&) { return Unknown{.reason = "time-out"}; };
  const auto pending = refund(make_captured_order());
  ASSERT_TRUE(pending);
  delivery_.is_away = true;
  const auto copies = republished("refund.requested");
  ASSERT_EQ(copies.size(), 2U);
  EXPECT_THAT(copies[0].payload, testing::HasSubstr(asked.id));
  EXPECT_THAT(copies[1].payload, testing::HasSubstr(pending->id));
}

}  // namespace
}  // namespace ticketing::payments::refunds
