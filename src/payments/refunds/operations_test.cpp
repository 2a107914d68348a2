#include "payments/refunds/operations.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "payments/refunds/test_refunds.hpp"

namespace ticketing::payments::refunds {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// As a process does that stores the refund and dies before it asks the gateway.
const db::Sql take_key{"test_take_key",
                       "INSERT INTO idempotency_keys (user_id, key, body_hash, entity_id, status, "
                       "body, created_at) VALUES ('buyer', 'k', 'h', $1, 0, '', 0)"};
const db::Sql other_refund{
    "test_other_refund",
    "INSERT INTO refunds (id, payment_id, order_id, amount_cents, relist, requested_by, status, "
    "created_at, retry_at) VALUES ($1, $2, $3, 2000, 0, 'buyer', 'succeeded', 0, 0)"};
const db::Sql test_refund_id{"test_refund_id", "SELECT id FROM refunds"};

// As another replica completes a refund of 20.00.
const db::Sql complete_refunds{"test_complete_refunds", "UPDATE refunds SET status = 'succeeded'"};
const db::Sql complete_on_payment{
    "test_complete_on_payment",
    "UPDATE payments SET version = version + 1, last_event_id = 'other', refunded_cents = 2000"};

// Refused ones count, too: each of them was a call of the gateway and is a row.
TEST_F(RefundTest, IsMadeInAtMostTwentyPartsOfAPayment) {
  const std::string order_id = make_captured_order();
  for (int i = 0; i < 10; ++i) ASSERT_EQ(refusal(order_id, {.cents = 1}), "") << i;
  gateway_.on_refund = [](const auto&) { return Refused{.code = "insufficient_funds"}; };
  for (int i = 0; i < 10; ++i) ASSERT_EQ(refusal(order_id, {.cents = 1}), "refund_refused") << i;
  gateway_.on_refund = [](const RefundCall& call) {
    return Refunded{.stripe_id = "re_" + call.refund_id};
  };
  EXPECT_EQ(refusal(order_id, {.cents = 1}), "too_many_refunds");
  EXPECT_EQ(refusal(order_id, {.cents = 1, .by = RefundRequester::operator_}), "too_many_refunds");
  EXPECT_EQ(refunds(), 20);
  EXPECT_EQ(refusal(make_captured_order(), {.cents = 1}), "");
  const auto rest = refund(order_id);
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->amount.cents, 1'990);
}

// A buyer is faster than the capture, which follows the completion of the order.
TEST_F(RefundTest, WaitsForTheCapture) {
  const std::string order_id = make_order();
  static_cast<void>(pay(order_id));
  complete(order_id);
  EXPECT_EQ(payment(order_id).status, "authorized");
  EXPECT_EQ(refundable(order_id).refundable.cents, 2'000);
  gateway_.delay = Milliseconds{500};
  asio::co_spawn(platform_.get().executor, attempt_steps_.process_due(), asio::detached);
  const auto made = refund(order_id);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->amount.cents, 2'000);
  EXPECT_EQ(payment(order_id).status, "captured");
}

TEST_F(RefundTest, IsToBeAskedForAgainWhenTheCaptureTakesLong) {
  const std::string order_id = make_order();
  static_cast<void>(pay(order_id));
  complete(order_id);
  EXPECT_THROW(refund(order_id), Unavailable);
  EXPECT_EQ(refusal(order_id, {.user = "other"}), "not_your_order");
  process_attempts();
  EXPECT_TRUE(refund(order_id));
}

TEST_F(RefundTest, GivesTheWholePriceBack) {
  const std::string order_id = make_captured_order();
  const auto answer = refund(order_id, {.relist = true});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, RefundStatus::succeeded);
  EXPECT_EQ(answer->amount.cents, 2'000);
  EXPECT_EQ(gateway_.calls.back(), "refund " + answer->id + "-refund");
  EXPECT_EQ(payment(order_id).refunded_cents, 2'000);
  const auto told = refunded_events();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].full);
  EXPECT_TRUE(told[0].relist);
  EXPECT_EQ(told[0].refund_id, answer->id);
}

TEST_F(RefundTest, GivesPartsBackUntilNothingIsLeft) {
  const std::string order_id = make_captured_order();
  EXPECT_TRUE(refund(order_id, {.cents = 500}));
  EXPECT_TRUE(refund(order_id, {.cents = 300}));
  EXPECT_EQ(refusal(order_id, {.cents = 1'201}), "refund_too_large");
  EXPECT_EQ(refund(order_id)->amount.cents, 1'200);  // what is left
  const auto told = refunded_events();
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[1].refunded.cents, 800);
  EXPECT_FALSE(told[1].full);
  EXPECT_TRUE(told[2].full);
  EXPECT_EQ(refusal(order_id, {.cents = 1}), "already_refunded");
}

// Refunds are carried out in any order: here the gateway makes the part last.
TEST_F(RefundTest, PutsTheTicketBackOnSaleWhicheverRefundGivesTheLastCentBack) {
  const std::string order_id = make_captured_order();
  gateway_.on_refund = [](const auto&) { return Unknown{.reason = "time-out"}; };
  ASSERT_TRUE(refund(order_id, {.cents = 500}));
  gateway_.on_refund = [](const auto& call) { return Refunded{.stripe_id = call.refund_id}; };
  ASSERT_TRUE(refund(order_id, {.relist = true}));
  auto told = refunded_events();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_FALSE(told[0].full);
  EXPECT_TRUE(told[0].relist);
  platform_.pass(std::chrono::minutes{1});
  process_refunds();
  told = refunded_events();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_TRUE(told[1].full);
  EXPECT_TRUE(told[1].relist);
}

TEST_F(RefundTest, RefusesWhatItsRulesRefuse) {
  const std::string unknown = platform_.next_id(), unpaid = make_order();
  const std::string held = make_order(), paid = make_captured_order();
  ASSERT_TRUE(pay(held));
  EXPECT_EQ(refusal(unknown, {}), "order_not_found");
  EXPECT_EQ(refusal(unpaid, {}), "order_not_paid");
  EXPECT_EQ(refusal(held, {}), "order_not_paid");
  EXPECT_EQ(refusal(unpaid, {.user = "another"}), "not_your_order");
  EXPECT_EQ(refusal(paid, {.user = "another"}), "not_your_order");
  EXPECT_EQ(refusal(paid, {.cents = 2'001}), "refund_too_large");
  EXPECT_EQ(refusal(paid, {.cents = 5, .relist = true}), "relist_needs_full_refund");
  EXPECT_EQ(refunds(), 0);
  EXPECT_EQ(gateway_.count("refund"), 0);
}

TEST_F(RefundTest, IsForBuyersWithinTheWindowOnlyAndForOperatorsAtAnyTime) {
  const std::string order_id = make_captured_order();
  platform_.pass(std::chrono::hours{1});
  EXPECT_EQ(refusal(order_id, {}), "refund_window_over");
  EXPECT_TRUE(refund(order_id, {.user = "", .by = RefundRequester::operator_}));
}

TEST_F(RefundTest, IsTheSameRefundWhenAFullOneIsAskedForAgain) {
  const std::string order_id = make_captured_order();
  const auto first = refund(order_id), second = refund(order_id);
  ASSERT_TRUE(second);
  EXPECT_EQ(first->id, second->id);
  EXPECT_EQ(refunds(), 1);
  EXPECT_EQ(gateway_.count("refund"), 1);
}

TEST_F(RefundTest, HasOneEffectForOneKey) {
  const std::string order_id = make_captured_order();
  const auto first = refund(order_id, {.cents = 100, .key = "k"});
  const auto second = refund(order_id, {.cents = 100, .key = "k"});
  EXPECT_EQ(first->id, second->id);
  EXPECT_EQ(payment(order_id).refunded_cents, 100);
  EXPECT_EQ(refusal(order_id, {.cents = 200, .key = "k", .body = "other"}),
            "idempotency_key_reused");
}

TEST_F(RefundTest, IsTheOneThatUsedTheKeyFirst) {
  const std::string order_id = make_captured_order();
  const std::string payment_id = payment(order_id).id;
  platform_.database().before_next_commit(
      [&] { return platform_.database().write(take_key("other")); });
  platform_.database().before_next_commit([]() -> Task<> { co_return; });
  run(platform_.database().write(other_refund("other", payment_id, order_id)));
  const auto answer = refund(order_id, {.cents = 100, .key = "k"});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->id, "other");
  EXPECT_EQ(payment(order_id).refunding_cents, 0);  // nothing was reserved for the slower one
}

TEST_F(RefundTest, ReservesAgainWhenThePaymentChangedMeanwhile) {
  const std::string order_id = make_captured_order();
  lose_races(order_id, 3);
  EXPECT_TRUE(refund(order_id));
  EXPECT_EQ(refunds(), 1);
  EXPECT_EQ(payment(order_id).refunded_cents, 2'000);
}

TEST_F(RefundTest, GivesUpWhenThePaymentChangesEachTime) {
  const std::string order_id = make_captured_order();
  lose_races(order_id, runtime::change_attempts_max);
  EXPECT_THROW(refund(order_id), Unavailable);
  EXPECT_EQ(refunds(), 0);
  EXPECT_EQ(payment(order_id).refunding_cents, 0);
}

TEST_F(RefundTest, ReleasesTheAmountThatTheGatewayRefusedToRefund) {
  const std::string order_id = make_captured_order();
  gateway_.on_refund = [](const auto&) { return Refused{.code = "insufficient_balance"}; };
  EXPECT_EQ(refusal(order_id, {.cents = 700}), "refund_refused");
  EXPECT_EQ(payment(order_id).refunding_cents, 0);
  EXPECT_THAT(refunded_events(), IsEmpty());
  gateway_.on_refund = [](const auto&) { return Refunded{.stripe_id = "re"}; };
  EXPECT_TRUE(refund(order_id));
  EXPECT_EQ(payment(order_id).refunded_cents, 2'000);
}

TEST_F(RefundTest, IsPendingWhileTheGatewayDoesNotAnswer) {
  const std::string order_id = make_captured_order();
  gateway_.on_refund = [](const auto&) { return Unknown{.reason = "time-out"}; };
  const Timestamp begun = platform_.now();
  const auto answer = refund(order_id, {.cents = 500});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, RefundStatus::pending);
  EXPECT_GE(platform_.now() - begun, std::chrono::seconds{9});
  EXPECT_LT(platform_.now() - begun, std::chrono::seconds{10});
  EXPECT_EQ(refundable(order_id).refunding.cents, 500);
  EXPECT_EQ(refundable(order_id).refundable.cents, 1'500);

  process_refunds();
  EXPECT_EQ(platform_.metric("refunds_unfinished"), 1);
  gateway_.on_refund = [](const auto&) { return NotSent{.reason = "refused"}; };
  platform_.pass(std::chrono::minutes{1});
  process_refunds();
  gateway_.on_refund = [](const auto&) { return Refunded{.stripe_id = "re"}; };
  platform_.pass(std::chrono::minutes{2});
  process_refunds();
  EXPECT_EQ(run(refunds_.answer_of(answer->id))->status, RefundStatus::succeeded);
  EXPECT_EQ(refunded_events().size(), 1U);
  EXPECT_EQ(platform_.metric("payments_refunds_total"), 1);
  process_refunds();
  EXPECT_EQ(platform_.metric("refunds_unfinished"), 0);
}

TEST_F(RefundTest, IsCarriedOutAfterItsProcessDied) {
  const std::string order_id = make_captured_order();
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::answer_lost);
  EXPECT_THROW(refund(order_id), OutcomeUnknown);
  process_refunds();
  EXPECT_EQ(gateway_.count("refund"), 0);  // its process may still be about to ask
  platform_.pass(std::chrono::seconds{30});
  process_refunds();
  EXPECT_EQ(payment(order_id).refunded_cents, 2'000);
}

TEST_F(RefundTest, CompletesWhenThePaymentChangedMeanwhile) {
  const std::string order_id = make_captured_order();
  gateway_.on_refund = [&](const auto&) {
    lose_races(order_id, 2);
    return Refunded{.stripe_id = "re"};
  };
  ASSERT_TRUE(refund(order_id, {.cents = 400}));
  EXPECT_EQ(payment(order_id).refunded_cents, 400);
  EXPECT_EQ(refunded_events().size(), 1U);
}

TEST_F(RefundTest, OfTwoReplicasHasOneEvent) {
  const std::string order_id = make_captured_order();
  gateway_.on_refund = [](const auto&) { return Unknown{.reason = ""}; };
  ASSERT_TRUE(refund(order_id));
  gateway_.on_refund = [](const auto&) { return Refunded{.stripe_id = "re"}; };
  gateway_.delay = Milliseconds{500};
  platform_.pass(std::chrono::minutes{1});
  Steps replica(platform_.get(), data_, gateway_);
  run(refund_steps_.process_due());
  run(replica.process_due());
  run(refund_steps_.stop());
  run(replica.stop());
  EXPECT_EQ(payment(order_id).refunded_cents, 2'000);
  EXPECT_EQ(refunded_events().size(), 1U);
  EXPECT_EQ(platform_.metric("payments_refunds_total"), 1);
}

TEST_F(RefundTest, IsNotCompletedTwiceWhenAReplicaCompletesItBetweenTwoReads) {
  const std::string order_id = make_captured_order();
  const auto nothing = []() -> Task<> { co_return; };
  platform_.database().before_next_query("payment_and_order", nothing);  // to ask the gateway
  // NOLINTNEXTLINE(*-avoid-capturing-lambda-coroutines): the database keeps it until it has ended
  platform_.database().before_next_query("payment_and_order", [&]() -> Task<> {
    co_await platform_.database().write(complete_refunds());
    co_await platform_.database().write(complete_on_payment());
  });
  EXPECT_TRUE(refund(order_id));
  EXPECT_EQ(payment(order_id).refunded_cents, 2'000);
  EXPECT_THAT(refunded_events(), IsEmpty());  // the other replica publishes it
}

TEST_F(RefundTest, OfTheWholeIsNotMadeTwiceByTwoRequestsAtOnce) {
  const std::string order_id = make_captured_order();
  std::vector<Result<Refund>> answers;
  for (int i = 0; i < 2; ++i) {
    asio::co_spawn(platform_.get().executor, refund_task(order_id, {}),
                   [&](std::exception_ptr, Result<Refund> answer) { answers.push_back(answer); });
  }
  ASSERT_TRUE(platform_.run_until([&] { return answers.size() == 2; }));
  EXPECT_EQ(answers[0]->id, answers[1]->id);
  EXPECT_EQ(payment(order_id).refunded_cents, 2'000);
  EXPECT_EQ(gateway_.count("refund"), 1);
}

TEST_F(RefundTest, GivesWhatCanBeRefundedAndUntilWhen) {
  const std::string order_id = make_order();
  EXPECT_EQ(refundable(order_id).refundable.cents, 0);
  ASSERT_TRUE(pay(order_id));
  complete(order_id);
  EXPECT_EQ(refundable(order_id).refundable.cents, 2'000);  // not captured, but it will be
  process_attempts();
  const Timestamp captured_at = platform_.now();
  EXPECT_EQ(refundable(order_id).until, captured_at + std::chrono::hours{1});
  ASSERT_TRUE(refund(order_id, {.cents = 500}));
  EXPECT_EQ(refundable(order_id).refunded.cents, 500);
  platform_.pass(std::chrono::hours{1});
  EXPECT_EQ(refundable(order_id).refundable.cents, 0);
  EXPECT_FALSE(refundable(order_id).until);
  EXPECT_EQ(run(refunds_.refundable(order_id, "another")).error().slug, "not_your_order");
  EXPECT_EQ(run(refunds_.refundable("unknown", "buyer")).error().slug, "order_not_found");
}

class GatewayRefundTest : public RefundTest {
 protected:
  bool store_gateway_refunds(const std::string& order_id) {
    return run(refund_steps_.store_gateway_refunds(
        {.id = payment(order_id).id,
         .order_id = order_id,
         .status = payment(order_id).status == "captured" ? attempts::PaymentStatus::captured
                                                          : attempts::PaymentStatus::authorized}));
  }
  void made_at_gateway(std::vector<GatewayRefund> made) {
    gateway_.on_refunds_of = [made = std::move(made)] { return made; };
  }
};

TEST_F(GatewayRefundTest, IsStoredOnceAndNeverRelists) {
  const std::string order_id = make_captured_order();
  made_at_gateway({{.id = "re_1", .amount = Money{.cents = 2'000}, .succeeded = true}});
  EXPECT_TRUE(store_gateway_refunds(order_id));
  EXPECT_TRUE(store_gateway_refunds(order_id));
  EXPECT_EQ(payment(order_id).refunded_cents, 2'000);
  EXPECT_EQ(gateway_.count("refund"), 0);
  const auto told = refunded_events();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].full);
  EXPECT_FALSE(told[0].relist);
  ASSERT_EQ(delivery_.requests.size(), 1U) << "the ticket is not shown any more";
  EXPECT_EQ(delivery_.requests[0].order_id, order_id);
}

TEST_F(GatewayRefundTest, ThatIsOursOrFailedIsNotCounted) {
  const std::string order_id = make_captured_order();
  made_at_gateway(
      {{.id = "re_1", .refund_id = "ours", .amount = Money{.cents = 10}, .succeeded = true},
       {.id = "re_2", .amount = Money{.cents = 10}, .succeeded = false}});
  EXPECT_TRUE(store_gateway_refunds(order_id));
  EXPECT_EQ(refunds(), 0);
}

TEST_F(GatewayRefundTest, ThatIsOursAndCountsAsRefusedIsCountedOnce) {
  const std::string order_id = make_captured_order();
  gateway_.on_refund = [](const auto&) { return Refused{.code = "refund_refused"}; };
  EXPECT_EQ(refusal(order_id, {.cents = 500}), "refund_refused");
  const std::string refund_id = run(data_.database().query(test_refund_id())).rows[0].text("id");
  made_at_gateway(
      {{.id = "re_1", .refund_id = refund_id, .amount = Money{.cents = 500}, .succeeded = true}});
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(store_gateway_refunds(order_id));
  EXPECT_EQ(payment(order_id).refunded_cents, 500);
  EXPECT_EQ(payment(order_id).refunding_cents, 500);
  EXPECT_EQ(refunded_events().size(), 1U);
}

TEST_F(GatewayRefundTest, ThatIsOursIsLookedAtUntilItsStepHasEnded) {
  const std::string order_id = make_captured_order();
  gateway_.on_refund = [](const auto&) { return Unknown{.reason = "lost"}; };
  EXPECT_EQ(refusal(order_id, {.cents = 500}), "");
  const std::string refund_id = run(data_.database().query(test_refund_id())).rows[0].text("id");
  made_at_gateway(
      {{.id = "re_1", .refund_id = refund_id, .amount = Money{.cents = 500}, .succeeded = true},
       {.id = "re_2", .amount = Money{.cents = 300}, .succeeded = true}});
  EXPECT_FALSE(store_gateway_refunds(order_id));
  EXPECT_EQ(payment(order_id).refunded_cents, 300) << "the other one is stored";
  gateway_.on_refund = [](const auto&) { return Refused{.code = "refund_refused"}; };
  platform_.pass(std::chrono::minutes{2});
  process_refunds();
  EXPECT_TRUE(store_gateway_refunds(order_id));
  EXPECT_EQ(payment(order_id).refunded_cents, 800);
  EXPECT_EQ(payment(order_id).refunding_cents, 800);
}

TEST_F(GatewayRefundTest, IsTriedAgainWhenItCannotBeStoredYet) {
  const std::string order_id = make_captured_order();
  gateway_.on_refunds_of = [] { return NotSent{.reason = ""}; };
  EXPECT_FALSE(store_gateway_refunds(order_id));
  made_at_gateway({{.id = "re_1", .amount = Money{.cents = 5}, .succeeded = true}});
  lose_races(order_id);
  EXPECT_FALSE(store_gateway_refunds(order_id));
  EXPECT_TRUE(store_gateway_refunds(order_id));
  EXPECT_EQ(payment(order_id).refunded_cents, 5);
}

TEST_F(GatewayRefundTest, OfMoreThanWasTakenIsNotStored) {
  const std::string order_id = make_captured_order();
  made_at_gateway({{.id = "re_1", .amount = Money{.cents = 2'001}, .succeeded = true}});
  EXPECT_FALSE(store_gateway_refunds(order_id));
  EXPECT_EQ(payment(order_id).refunding_cents, 0);
}

TEST_F(GatewayRefundTest, IsNotAskedForWhileNothingIsCaptured) {
  const std::string order_id = make_order();
  ASSERT_TRUE(pay(order_id));
  EXPECT_TRUE(store_gateway_refunds(order_id));
  EXPECT_EQ(gateway_.count("refunds_of"), 0);
}

}  // namespace
}  // namespace ticketing::payments::refunds
