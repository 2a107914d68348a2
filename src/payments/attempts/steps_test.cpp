#include "payments/attempts/steps.hpp"

#include <gmock/gmock.h>

#include <boost/asio/detached.hpp>

#include "payments/test_payments.hpp"

namespace ticketing::payments::attempts {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const db::Sql stored_outbox{"test_outbox",
                            "SELECT count(*) AS count FROM outbox WHERE subject = $1"};
const db::Sql confirm_payment{
    "test_confirm_payment",
    "UPDATE payments SET status = 'authorized', version = version + 1 WHERE order_id = $1"};
const db::Sql decline_payment{
    "test_decline_payment",
    "UPDATE payments SET status = 'declined', version = version + 1 WHERE order_id = $1"};
const db::Sql look_again_at_once{"test_look_again_at_once",
                                 "UPDATE payments SET retry_at = 0 WHERE order_id = $1"};

class StepsTest : public PaymentsTest {
 protected:
  // An order whose payment is authorised.
  std::string make_held_order() {
    const std::string order_id = make_order();
    EXPECT_TRUE(pay(order_id));
    EXPECT_EQ(payment(order_id).status, "authorized");
    return order_id;
  }
  // An order whose payment waits for the card's owner.
  std::string make_unconfirmed_order() {
    const std::string order_id = make_order();
    gateway_.on_authorize = [](const auto&) {
      return RequiresAction{.stripe_id = "pi", .client_secret = "secret"};
    };
    EXPECT_TRUE(pay(order_id));
    return order_id;
  }
  // An attempt of which the gateway has not given an answer.
  std::string make_unknown_order() {
    const std::string order_id = make_order();
    gateway_.on_authorize = [](const auto&) { return Unknown{.reason = "time-out"}; };
    EXPECT_TRUE(pay(order_id));
    EXPECT_EQ(payment(order_id).status, "authorizing");
    return order_id;
  }
  // The gateway's record of the order's payment.
  Intent intent_of(const std::string& order_id, IntentStatus status) {
    return {.id = "pi",
            .payment_id = payment(order_id).id,
            .order_id = order_id,
            .status = status,
            .amount = Money{.cents = 2'000}};
  }
  bool apply(const std::string& order_id, IntentStatus status) {
    return run(attempt_steps_.apply(payment(order_id).id, intent_of(order_id, status)));
  }
  void pass_retry(const std::string& order_id) {
    platform_.pass(payment(order_id).retry_at - platform_.now());
  }
};

TEST_F(StepsTest, CaptureWhatOrdersHasCompleted) {
  const std::string order_id = make_held_order();
  process_attempts();
  EXPECT_EQ(gateway_.count("capture"), 0);  // orders has not decided
  complete(order_id);
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "captured");
  EXPECT_EQ(event_count("payment.captured"), 1U);
  process_attempts();
  EXPECT_EQ(gateway_.count("capture"), 1);
}

TEST_F(StepsTest, BelongToTheTraceOfWhatAskedForThem) {
  const trace::Context asked =
      trace::read_context("00-" + std::string(32, 'a') + "-b7ad6b7169203331-01", "request-pay");
  const trace::Context decided =
      trace::read_context("00-" + std::string(32, 'd') + "-b7ad6b7169203331-01", "request-end");
  const std::string order_id = make_order();
  ASSERT_TRUE(run(in_context(asked, pay_task(order_id))));
  {
    const trace::Scope scope(decided);
    complete(order_id);
  }
  process_attempts();
  ASSERT_EQ(event_count("payment.captured"), 1U);
  const bus::Event created = platform_.events_of("payment.created").at(0);
  EXPECT_EQ(created.context.trace_id, asked.trace_id);
  EXPECT_EQ(created.context.request_id(), "request-pay");
  const bus::Event captured = platform_.events_of("payment.captured").at(0);
  EXPECT_EQ(captured.context.trace_id, decided.trace_id);
  EXPECT_EQ(captured.context.request_id(), "request-end");
}

TEST_F(StepsTest, ReleaseWhatOrdersHasCancelled) {
  const std::string order_id = make_held_order();
  cancel(order_id);
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "voided");
  EXPECT_EQ(event_count("payment.voided"), 1U);
  EXPECT_EQ(gateway_.count("capture"), 0);
}

TEST_F(StepsTest, FailAPaymentWhoseHoldIsGone) {
  const std::string order_id = make_held_order();
  gateway_.on_capture = [] { return Refused{.code = "capture_refused"}; };
  complete(order_id);
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "failed");
  EXPECT_EQ(payment(order_id).failure, "capture_refused");
  ASSERT_EQ(event_count("payment.failed"), 1U);
  EXPECT_THAT(platform_.events_of("payment.failed").front().payload, HasSubstr("capture_refused"));
}

TEST_F(StepsTest, RepeatACaptureThatWasNotAnswered) {
  const std::string order_id = make_held_order();
  complete(order_id);
  for (const CaptureOutcome& outcome :
       {CaptureOutcome{Unknown{.reason = ""}}, CaptureOutcome{NotSent{.reason = ""}}}) {
    gateway_.on_capture = [&] { return outcome; };
    process_attempts();
    EXPECT_EQ(payment(order_id).status, "authorized");
    const int calls = gateway_.count("capture");
    process_attempts();
    EXPECT_EQ(gateway_.count("capture"), calls);  // not before its pause is over
    pass_retry(order_id);
  }
  gateway_.on_capture = [] { return Captured{}; };
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "captured");
  EXPECT_EQ(gateway_.calls.at(1), gateway_.calls.back());  // the same key each time
  EXPECT_EQ(event_count("payment.captured"), 1U);
}

TEST_F(StepsTest, RepeatWithTheSameKeyUntilTheAnswerIsKnown) {
  const std::string order_id = make_unknown_order();
  EXPECT_EQ(platform_.metric("payments_unknown"), 0);
  process_attempts();
  EXPECT_EQ(platform_.metric("payments_unknown"), 1);
  gateway_.on_authorize = [](const auto&) { return NotSent{.reason = ""}; };
  pass_retry(order_id);
  process_attempts();  // "not sent" settles the first call only
  EXPECT_EQ(payment(order_id).status, "authorizing");
  gateway_.on_authorize = [](const auto&) { return Authorized{.stripe_id = "pi"}; };
  pass_retry(order_id);
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "authorized");
  for (const std::string& call : gateway_.calls) EXPECT_EQ(call, gateway_.calls.front());
  EXPECT_EQ(event_count("payment.created"), 1U);
}

TEST_F(StepsTest, LookUpTheOutcomeOfAnAttemptWhoseOrderIsOverAndReleaseIt) {
  const std::string order_id = make_unknown_order();
  cancel(order_id);
  gateway_.on_authorize = [](const auto&) { return Authorized{.stripe_id = "pi"}; };
  pass_retry(order_id);
  process_attempts();
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "voided");
  EXPECT_EQ(gateway_.count("capture"), 0);
}

TEST_F(StepsTest, FollowTheCardsOwnerAtTheGateway) {
  struct Case {
    IntentStatus found;
    std::string status;
    int releases;
  };
  for (const Case& c :
       {Case{IntentStatus::held, "authorized", 0}, Case{IntentStatus::released, "declined", 0},
        Case{IntentStatus::declined, "declined", 1},
        Case{IntentStatus::requires_action, "requires_action", 0}}) {
    gateway_.calls.clear();
    const std::string order_id = make_unconfirmed_order();
    gateway_.on_look_up = [&](const auto&) { return intent_of(order_id, c.found); };
    pass_retry(order_id);
    process_attempts();
    EXPECT_EQ(payment(order_id).status, c.status) << name_of(c.found);
    EXPECT_EQ(gateway_.count("release"), c.releases) << name_of(c.found);
  }
}

TEST_F(StepsTest, LookAgainWhenTheGatewayDoesNotAnswer) {
  const std::string order_id = make_unconfirmed_order();
  for (const LookUpOutcome& outcome :
       {LookUpOutcome{NotSent{.reason = ""}}, LookUpOutcome{Unknown{.reason = ""}},
        LookUpOutcome{NoSuchIntent{}}}) {
    gateway_.on_look_up = [&](const auto&) { return outcome; };
    pass_retry(order_id);
    process_attempts();
    EXPECT_EQ(payment(order_id).status, "requires_action");
    EXPECT_GT(payment(order_id).retry_at, platform_.now());
  }
}

TEST_F(StepsTest, ReleaseAnUnconfirmedAttemptWhoseOrderIsOver) {
  const std::string order_id = make_unconfirmed_order();
  cancel(order_id, "expired");
  pass_retry(order_id);
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "voided");
}

TEST_F(StepsTest, KeepAnUnconfirmedAttemptUntilTheGatewayHasCancelledIt) {
  const std::string order_id = make_unconfirmed_order();
  gateway_.on_look_up = [&](const auto&) { return intent_of(order_id, IntentStatus::declined); };
  gateway_.on_release = [] { return Unknown{.reason = ""}; };
  pass_retry(order_id);
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "requires_action");
}

TEST_F(StepsTest, ApplyTheGatewaysRecord) {
  const std::string order_id = make_unknown_order();
  int wakes = 0;
  attempt_steps_.on_work([&] { ++wakes; });
  EXPECT_TRUE(apply(order_id, IntentStatus::held));
  EXPECT_EQ(payment(order_id).status, "authorized");
  EXPECT_EQ(wakes, 1);
  EXPECT_TRUE(apply(order_id, IntentStatus::held));             // once more
  EXPECT_TRUE(apply(order_id, IntentStatus::requires_action));  // late
  EXPECT_EQ(payment(order_id).status, "authorized");
  EXPECT_EQ(event_count("payment.created"), 1U);
}

TEST_F(StepsTest, IgnoreARecordWithAnotherAmount) {
  const std::string order_id = make_unknown_order();
  Intent intent = intent_of(order_id, IntentStatus::held);
  intent.amount = Money{.cents = 1};
  EXPECT_TRUE(run(attempt_steps_.apply(intent.payment_id, intent)));
  EXPECT_EQ(payment(order_id).status, "authorizing");
}

TEST_F(StepsTest, IgnoreARecordOfAnUnknownPayment) {
  EXPECT_TRUE(run(attempt_steps_.apply("unknown", {.id = "pi"})));
}

TEST_F(StepsTest, DoNotApplyARecordWhileAStepIsUnderWay) {
  const std::string order_id = make_held_order();
  complete(order_id);
  gateway_.delay = std::chrono::seconds{5};
  run(attempt_steps_.process_due());
  platform_.pass(Milliseconds{100});
  EXPECT_FALSE(apply(order_id, IntentStatus::taken));
  platform_.pass(std::chrono::seconds{6});
  EXPECT_EQ(payment(order_id).status, "captured");
  EXPECT_TRUE(apply(order_id, IntentStatus::taken));
}

TEST_F(StepsTest, ReleaseAHoldThatAnAttemptGotAfterItsEnd) {
  const std::string order_id = make_order();
  gateway_.on_authorize = [](const auto&) { return NotSent{.reason = ""}; };
  EXPECT_FALSE(pay(order_id));
  EXPECT_TRUE(apply(order_id, IntentStatus::held));
  EXPECT_EQ(gateway_.calls.back(), "release " + payment(order_id).id + "-stray");
  EXPECT_EQ(payment(order_id).status, "declined");
}

TEST_F(StepsTest, CancelWhatStillWaitsForItsOwnerAfterTheAttemptsEnd) {
  const std::string order_id = make_order();
  gateway_.on_authorize = [](const auto&) { return NotSent{.reason = ""}; };
  EXPECT_FALSE(pay(order_id));
  EXPECT_TRUE(apply(order_id, IntentStatus::requires_action));
  EXPECT_EQ(gateway_.calls.back(), "release " + payment(order_id).id + "-stray");
}

TEST_F(StepsTest, AreNotDoneWithAStrayHoldUntilTheGatewayHasReleasedIt) {
  const std::string order_id = make_order();
  gateway_.on_authorize = [](const auto&) { return NotSent{.reason = ""}; };
  EXPECT_FALSE(pay(order_id));
  gateway_.on_release = [] { return Unknown{.reason = "time-out"}; };
  EXPECT_FALSE(apply(order_id, IntentStatus::held));
  gateway_.on_release = [] { return Released{}; };
  EXPECT_TRUE(apply(order_id, IntentStatus::held));
}

TEST_F(StepsTest, DoNotDeclineALateUnsentCallThatAnotherReplicaHasTakenOver) {
  const std::string order_id = make_order();
  int calls = 0;
  gateway_.on_authorize = [&](const auto&) -> AuthorizeOutcome {
    if (++calls == 1) return NotSent{.reason = "the first replica cannot connect"};
    return RequiresAction{.stripe_id = "pi", .client_secret = "secret"};
  };
  gateway_.delay = std::chrono::seconds{6};
  asio::co_spawn(platform_.get().executor, pay_task(order_id), asio::detached);
  platform_.pass(Milliseconds{5'500});
  Steps replica(platform_.get(), data_, gateway_, waiters_);
  run(replica.process_due());  // asks until 11.5 s, the first replica until 6 s
  run(replica.stop());
  EXPECT_EQ(payment(order_id).status, "requires_action");
}

TEST_F(StepsTest, DoNotDeclineAnUnsentCallThatAReplicaWithAnotherClockHasTakenOver) {
  const std::string order_id = make_order();
  int calls = 0;
  gateway_.on_authorize = [&](const auto&) -> AuthorizeOutcome {
    if (++calls == 1) return NotSent{.reason = "the first replica cannot connect"};
    return Authorized{.stripe_id = "pi"};
  };
  gateway_.delay = std::chrono::seconds{2};
  asio::co_spawn(platform_.get().executor, pay_task(order_id), asio::detached);
  platform_.pass(Milliseconds{1'000});
  run(platform_.database().write(look_again_at_once(order_id)));
  Steps replica(platform_.get(), data_, gateway_, waiters_);
  run(replica.process_due());  // asks until 3 s, the first replica until 2 s
  run(replica.stop());
  platform_.pass(Milliseconds{10'000});  // the buyer waits no longer
  EXPECT_EQ(payment(order_id).status, "authorized");
}

TEST_F(StepsTest, ReleaseAHoldWhoseAttemptHasEndedDuringTheCall) {
  const std::string order_id = make_order();
  gateway_.delay = std::chrono::seconds{2};
  asio::co_spawn(platform_.get().executor, pay_task(order_id), asio::detached);
  platform_.pass(Milliseconds{1'000});
  run(platform_.database().write(decline_payment(order_id)));
  platform_.pass(Milliseconds{5'000});
  EXPECT_EQ(gateway_.calls.back(), "release " + payment(order_id).id + "-stray");
}

TEST_F(StepsTest, LeaveAnOrderFreeWhoseAttemptHasEndedMeanwhile) {
  const std::string order_id = make_unconfirmed_order();
  platform_.database().before_next_query(
      "payment_and_order", [&] { return platform_.database().write(decline_payment(order_id)); });
  EXPECT_TRUE(run(attempt_steps_.cancel_unconfirmed(order_id)));
  EXPECT_EQ(gateway_.count("release"), 0);
}

TEST_F(StepsTest, DoNotCancelForANewCardWhatWasConfirmedMeanwhile) {
  const std::string order_id = make_unconfirmed_order();
  platform_.database().before_next_query(
      "payment_and_order", [&] { return platform_.database().write(confirm_payment(order_id)); });
  EXPECT_FALSE(run(attempt_steps_.cancel_unconfirmed(order_id)));
  EXPECT_EQ(gateway_.count("release"), 0);
}

TEST_F(StepsTest, CountMoneyTakenForAnAttemptThatIsOver) {
  const std::string order_id = make_held_order();
  cancel(order_id);
  process_attempts();
  Intent intent = intent_of(order_id, IntentStatus::taken);
  intent.captured = Money{.cents = 2'000};
  EXPECT_TRUE(run(attempt_steps_.apply(intent.payment_id, intent)));
  EXPECT_EQ(platform_.metric("payments_stray_charges_total"), 1);
  intent.refunded = intent.captured;
  EXPECT_TRUE(run(attempt_steps_.apply(intent.payment_id, intent)));
  EXPECT_EQ(platform_.metric("payments_stray_charges_total"), 1);
}

TEST_F(StepsTest, WriteNothingWhenAnotherReplicaWasFaster) {
  const std::string order_id = make_held_order();
  complete(order_id);
  lose_races(order_id);
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "authorized");
  EXPECT_EQ(run(data_.database().query(stored_outbox("payment.captured"))).rows[0].integer("count"),
            0);
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "captured");
  EXPECT_EQ(event_count("payment.captured"), 1U);
}

TEST_F(StepsTest, OfTwoReplicasPublishOneEventForACapture) {
  const std::string order_id = make_held_order();
  complete(order_id);
  Steps replica(platform_.get(), data_, gateway_, waiters_);
  gateway_.delay = Milliseconds{500};
  run(attempt_steps_.process_due());
  run(replica.process_due());
  run(attempt_steps_.stop());
  run(replica.stop());
  EXPECT_EQ(gateway_.count("capture"), 2);
  EXPECT_EQ(event_count("payment.captured"), 1U);
}

TEST_F(StepsTest, OfAPaymentAreTakenOneAtATime) {
  const std::string order_id = make_held_order();
  complete(order_id);
  gateway_.delay = std::chrono::seconds{5};
  for (int i = 0; i < 3; ++i) run(attempt_steps_.process_due());
  run(attempt_steps_.stop());
  EXPECT_EQ(gateway_.count("capture"), 1);
}

TEST_F(StepsTest, AreTakenForMorePaymentsThanOnePage) {
  make_attempts(250);
  int wakes = 0;
  attempt_steps_.on_work([&] { ++wakes; });
  process_attempts();
  EXPECT_EQ(gateway_.count("authorize"), 200);
  EXPECT_EQ(wakes, 1);  // there is more
  process_attempts();
  EXPECT_EQ(gateway_.count("authorize"), 250);
  EXPECT_EQ(wakes, 1);
  process_attempts();
  EXPECT_EQ(platform_.metric("payments_unfinished"), 250);  // held, until orders decides
  EXPECT_EQ(platform_.metric("payments_unknown"), 0);
}

TEST_F(StepsTest, SurviveADatabaseThatIsAway) {
  const std::string order_id = make_held_order();
  complete(order_id);
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::unavailable);
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "authorized");
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "captured");
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::none);
  EXPECT_EQ(event_count("payment.captured"), 1U);
}

TEST_F(StepsTest, PublishOneEventForAChangeWhoseCommitWasNotAnswered) {
  const std::string order_id = make_held_order();
  complete(order_id);
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::answer_lost);
  process_attempts();
  process_attempts();
  EXPECT_EQ(payment(order_id).status, "captured");
  EXPECT_EQ(gateway_.count("capture"), 1);
  EXPECT_EQ(event_count("payment.captured"), 1U);
}

}  // namespace
}  // namespace ticketing::payments::attempts
