#include "payments/attempts/operations.hpp"

#include <gmock/gmock.h>

#include "common/bus/local/local_bus.hpp"
#include "payments/test_payments.hpp"

namespace ticketing::payments::attempts {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const db::Sql cancel_copy{"test_cancel_copy",
                          "UPDATE orders SET status = 'cancelled', version = 1, "
                          "reason = 'cancelled_by_buyer' WHERE id = $1"};
const db::Sql other_attempt{
    "test_other_attempt",
    "INSERT INTO payments (id, version, last_event_id, order_id, user_id, amount_cents, source, "
    "status, created_at, retry_at) "
    "VALUES ('other', 0, '', $1, 'buyer', 2000, 'tok_visa', 'authorizing', 0, 0)"};
const db::Sql count_payments{"test_count_payments", "SELECT count(*) AS count FROM payments"};
const db::Sql key_row{"test_key_row", "SELECT entity_id, status FROM idempotency_keys"};

class PayTest : public PaymentsTest {
 protected:
  std::int64_t payments() {
    return run(data_.database().query(count_payments())).rows.front().integer("count");
  }
  // The answer of pay() while `meanwhile` happens 100 ms after it was called.
  Result<PayAnswer> pay_while(const std::string& order_id, const std::function<void()>& meanwhile) {
    std::optional<Result<PayAnswer>> answer;
    asio::co_spawn(platform_.get().executor, pay_task(order_id),
                   [&](std::exception_ptr, Result<PayAnswer> given) { answer = given; });
    platform_.pass(Milliseconds{100});
    meanwhile();
    platform_.run_until([&] { return answer.has_value(); });
    return *answer;
  }
};

TEST_F(PayTest, HoldsTheAmountAndPublishesAnEvent) {
  const std::string order_id = make_order();
  const auto answer = pay_while(order_id, [&] { complete(order_id); });
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->decided);
  EXPECT_EQ(payment(order_id).status, "authorized");
  EXPECT_THAT(gateway_.calls, ElementsAre("authorize " + answer->payment_id + "-authorize"));
  ASSERT_EQ(event_count("payment.created"), 1U);
  const auto event =
      contracts::decode<contracts::PaymentCreated>(platform_.events().front().payload);
  EXPECT_EQ(event->order_id, order_id);
  EXPECT_EQ(event->stripe_id, "pi_" + answer->payment_id);
}

TEST_F(PayTest, AnswersAsSoonAsItIsDecided) {
  gateway_.delay = Milliseconds{20};
  const std::string order_id = make_order();
  const Timestamp begun = platform_.now();
  ASSERT_TRUE(pay_while(order_id, [&] { complete(order_id); })->decided);  // after 100 ms
  EXPECT_LT(platform_.now() - begun, Milliseconds{150});

  gateway_.on_authorize = [](const auto&) { return Declined{.code = "expired_card"}; };
  const Timestamp again = platform_.now();
  EXPECT_EQ(refusal_of(pay(make_order())), "card_declined");
  EXPECT_LT(platform_.now() - again, Milliseconds{50});
}

TEST_F(PayTest, AnswersProcessingWhenOrdersDecidesLate) {
  const Timestamp begun = platform_.now();
  const auto answer = pay(make_order());
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->decided);
  EXPECT_GE(platform_.now() - begun, std::chrono::seconds{3});
  EXPECT_LT(platform_.now() - begun, std::chrono::seconds{4});
}

TEST_F(PayTest, AnswersProcessingWhenTheGatewayIsSlow) {
  gateway_.delay = std::chrono::minutes{1};
  const Timestamp begun = platform_.now();
  const std::string order_id = make_order();
  const auto answer = pay(order_id);
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->decided);
  EXPECT_GE(platform_.now() - begun, std::chrono::seconds{8});
  EXPECT_LT(platform_.now() - begun, std::chrono::seconds{9});
  platform_.pass(std::chrono::minutes{1});  // the step goes on without the buyer
  EXPECT_EQ(payment(order_id).status, "authorized");
}

TEST_F(PayTest, RefusesAnUnknownOrder) {
  const std::string id = platform_.next_id();
  platform_.pass(std::chrono::minutes{2});
  EXPECT_EQ(refusal_of(pay(id)), "order_not_found");
}

TEST_F(PayTest, WaitsForTheCopyOfANewOrder) {
  const std::string id = platform_.next_id();
  const auto answer = pay_while(id, [&] { orders_.create(id); });
  EXPECT_TRUE(answer);
}

// Any caller can invent an id that looks new: the answer is no 503 and has Retry-After.
TEST_F(PayTest, GivesTheTimeToTryAgainForAnOrderThatMayBeNew) {
  const auto answer = pay(platform_.next_id());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().slug, "order_not_found");
  EXPECT_EQ(answer.error().retry_after, std::chrono::seconds{1});
}

TEST_F(PayTest, RefusesAnotherUser) {
  EXPECT_EQ(refusal_of(pay(make_order(), "another")), "not_your_order");
}

TEST_F(PayTest, RefusesAnOrderThatIsOver) {
  const std::string completed = make_order(), expired = make_order(), cancelled = make_order();
  complete(completed);
  cancel(expired, "expired");
  cancel(cancelled);
  EXPECT_EQ(refusal_of(pay(completed)), "order_complete");
  EXPECT_EQ(refusal_of(pay(expired)), "order_expired");
  EXPECT_EQ(refusal_of(pay(cancelled)), "order_cancelled");
  EXPECT_THAT(gateway_.calls, IsEmpty());
}

TEST_F(PayTest, RefusesAnOrderWhoseTimeIsOver) {
  const std::string order_id = make_order();
  platform_.pass(std::chrono::minutes{15});
  EXPECT_EQ(refusal_of(pay(order_id)), "order_expired");
}

TEST_F(PayTest, RefusesASecondAttemptWhileOneIsLive) {
  const std::string order_id = make_order();
  ASSERT_TRUE(pay(order_id));
  EXPECT_EQ(refusal_of(pay(order_id)), "payment_in_progress");
  EXPECT_EQ(payments(), 1);
}

TEST_F(PayTest, RefusesADeclinedCardAndAllowsAnother) {
  const std::string order_id = make_order();
  gateway_.on_authorize = [](const auto&) { return Declined{.code = "insufficient_funds"}; };
  const auto declined = pay(order_id);
  ASSERT_FALSE(declined);
  EXPECT_EQ(declined.error().slug, "card_declined");
  EXPECT_EQ(declined.error().detail, "The card has insufficient funds.");
  EXPECT_EQ(declined.error().fields.at(0).field, "token");
  gateway_.on_authorize = [](const auto&) { return Authorized{.stripe_id = "pi_2"}; };
  EXPECT_TRUE(pay(order_id));
  EXPECT_EQ(payments(), 2);
}

TEST_F(PayTest, ChargesNothingWhenTheCallWasNotSent) {
  gateway_.on_authorize = [](const auto&) { return NotSent{.reason = "refused"}; };
  const std::string order_id = make_order();
  const auto answer = pay(order_id);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().slug, "gateway_unavailable");
  EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(answer.error().retry_after, std::chrono::seconds{5});
  EXPECT_EQ(payment(order_id).status, "declined");
}

TEST_F(PayTest, AsksForConfirmationByTheCardsOwner) {
  gateway_.on_authorize = [](const auto&) {
    return RequiresAction{.stripe_id = "pi", .client_secret = "secret"};
  };
  const auto answer = pay(make_order());
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->decided);
  EXPECT_EQ(answer->client_secret, "secret");
}

TEST_F(PayTest, CancelsAnUnconfirmedAttemptForANewCard) {
  const std::string order_id = make_order();
  gateway_.on_authorize = [](const auto&) {
    return RequiresAction{.stripe_id = "pi", .client_secret = "secret"};
  };
  const auto first = pay(order_id);
  gateway_.on_authorize = [](const auto&) { return Authorized{.stripe_id = "pi_2"}; };
  const auto second = pay(order_id);
  ASSERT_TRUE(second);
  EXPECT_NE(second->payment_id, first->payment_id);
  EXPECT_EQ(gateway_.count("release"), 1);
  EXPECT_EQ(refusal_of(run(attempts_.answer_of(first->payment_id))), "card_declined");
}

TEST_F(PayTest, KeepsAnUnconfirmedAttemptThatTheGatewayDoesNotCancel) {
  const std::string order_id = make_order();
  gateway_.on_authorize = [](const auto&) {
    return RequiresAction{.stripe_id = "pi", .client_secret = "secret"};
  };
  ASSERT_TRUE(pay(order_id));
  gateway_.on_release = [] { return Unknown{.reason = "time-out"}; };
  EXPECT_EQ(refusal_of(pay(order_id)), "payment_in_progress");
  EXPECT_EQ(payments(), 1);
}

TEST_F(PayTest, RefusesWhenTheOrderIsCancelledWhileItWaits) {
  const std::string order_id = make_order();
  EXPECT_EQ(refusal_of(pay_while(order_id, [&] { cancel(order_id, "expired"); })), "order_expired");
}

TEST_F(PayTest, RefusesWhenTheOrderIsCancelledBetweenTheCheckAndTheWrite) {
  const std::string order_id = make_order();
  platform_.database().before_next_commit(
      [&] { return platform_.database().write(cancel_copy(order_id)); });
  EXPECT_EQ(refusal_of(pay(order_id)), "order_cancelled");
  EXPECT_EQ(payments(), 0);
  EXPECT_THAT(gateway_.calls, IsEmpty());
}

TEST_F(PayTest, RefusesWhenAnotherReplicaStartsAnAttemptFirst) {
  const std::string order_id = make_order();
  platform_.database().before_next_commit(
      [&] { return platform_.database().write(other_attempt(order_id)); });
  EXPECT_EQ(refusal_of(pay(order_id)), "payment_in_progress");
  EXPECT_EQ(payments(), 1);
}

TEST_F(PayTest, StoresTheKeyTogetherWithTheAttempt) {
  const db::IdempotencyKey key{.user_id = "buyer", .key = "k", .body_hash = "h"};
  const auto answer = run(attempts_.pay({.order_id = make_order(),
                                         .payer = {.user_id = "buyer", .address = "address"},
                                         .source = "tok_visa",
                                         .idempotency_key = key}));
  const auto rows = run(data_.database().query(key_row())).rows;
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.front().text("entity_id"), answer->payment_id);
  EXPECT_EQ(rows.front().integer("status"), 0);  // decided later
}

TEST_F(PayTest, ContinuesAnAttemptWhoseCommitWasNotAnswered) {
  const std::string order_id = make_order();
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::answer_lost);
  EXPECT_THROW(pay(order_id), OutcomeUnknown);
  EXPECT_THAT(gateway_.calls, IsEmpty());
  process_attempts();
  EXPECT_THAT(gateway_.calls, IsEmpty());  // its process may still be about to ask
  platform_.pass(std::chrono::seconds{5});
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "authorized");
  EXPECT_EQ(event_count("payment.created"), 1U);
}

TEST_F(PayTest, StoresNothingWhenTheDatabaseIsAway) {
  const std::string order_id = make_order();
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::unavailable);
  EXPECT_THROW(pay(order_id), Unavailable);
  EXPECT_EQ(payments(), 0);
}

TEST_F(PayTest, RefusesMoreBuyersThanItCanServe) {
  gateway_.delay = std::chrono::minutes{30};
  const std::string order_id = make_order();
  for (const std::string& id : make_attempts(1'024)) attempt_steps_.begin(id);
  EXPECT_EQ(refusal_of(pay(order_id)), "gateway_unavailable");
  EXPECT_EQ(payments(), 1'024);
}

class OrderEventsTest : public PaymentsTest {};

TEST_F(OrderEventsTest, AreAppliedOnceAndInOrder) {
  const std::string id = platform_.next_id();
  const OrderCopy order{.id = id, .user_id = "buyer", .price = Money{.cents = 100}};
  const auto end_at = [&](std::int64_t version, OrderStatus status) {
    return run(attempts_.order_ended({.id = id, .version = version, .status = status}));
  };
  const auto complete_it = [&] { return end_at(1, OrderStatus::complete); };
  EXPECT_EQ(complete_it(), bus::Verdict::retry_later);  // order.created has not come
  EXPECT_EQ(run(attempts_.order_created(order)), bus::Verdict::done);
  EXPECT_EQ(run(attempts_.order_created(order)), bus::Verdict::done);
  EXPECT_EQ(complete_it(), bus::Verdict::done);
  EXPECT_EQ(complete_it(), bus::Verdict::done);
  EXPECT_EQ(end_at(3, OrderStatus::cancelled), bus::Verdict::retry_later);
  EXPECT_EQ(end_at(2, OrderStatus::cancelled), bus::Verdict::done);
}

TEST_F(OrderEventsTest, ThatCannotBeReadBecomeDeadLetters) {
  bus::Event event = orders_.event_of(contracts::OrderCompleted{.id = "o"});
  event.payload = "{}";
  run(platform_.bus().publish(event));
  EXPECT_EQ(run(platform_.bus().list_dead_letters(10)).size(), 1U);
}

TEST_F(OrderEventsTest, WakeTheProcessingOfDuePayments) {
  int wakes = 0;
  attempt_steps_.on_work([&] { ++wakes; });
  const std::string order_id = make_order();
  EXPECT_EQ(wakes, 0);
  complete(order_id);
  EXPECT_EQ(wakes, 1);
}

}  // namespace
}  // namespace ticketing::payments::attempts
