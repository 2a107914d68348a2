#include "payments/webhooks/operations.hpp"

#include <gmock/gmock.h>

#include <boost/asio/detached.hpp>

#include "payments/test_payments.hpp"

namespace ticketing::payments::webhooks {
namespace {

const db::Sql waiting{"test_waiting_webhooks",
                      "SELECT count(*) AS count FROM webhook_events WHERE processed_at IS NULL"};
const db::Sql retry_at{"test_webhook_retry_at", "SELECT retry_at FROM webhook_events"};
const db::Sql tries{"test_webhook_tries", "SELECT attempts AS count FROM webhook_events"};
const db::Sql stored{"test_stored_webhooks", "SELECT count(*) AS count FROM webhook_events"};
const db::Sql many_webhooks{
    "test_120_webhooks",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120) "
    "INSERT INTO webhook_events (id, type, intent_id, object_id, received_at, attempts, retry_at) "
    "SELECT 'e' || i, 'payment_intent.succeeded', 'pi', 'pi', 0, 0, 0 FROM n"};

class WebhooksTest : public PaymentsTest {
 protected:
  std::string body(const std::string& type, const std::string& id = "evt_1",
                   const std::string& object = "pi") {
    const std::string link =
        type.starts_with("charge.") ? R"(,"payment_intent":"pi")" : std::string();
    return R"({"id":")" + id + R"(","type":")" + type + R"(","data":{"object":{"id":")" + object +
           "\"" + link + "}}}";
  }
  std::string receive(const std::string& text, const std::string& signature) {
    const auto received = run(webhooks_.receive(signature, text));
    return received ? "" : std::string(received.error().slug.name());
  }
  std::string receive(const std::string& text) {
    return receive(text, sign_webhook("whsec", text, platform_.now()));
  }
  Timestamp next_retry() {
    return run(data_.database().query(retry_at())).rows.front().time("retry_at");
  }
  void pass_retry() { platform_.pass(next_retry() - platform_.now()); }
  void process() { run(webhooks_.process_due()); }
  // Goes on while the test does something else.
  void begin_to_process() {
    asio::co_spawn(platform_.get().executor, webhooks_.process_due(), asio::detached);
    platform_.pass(Milliseconds{1});
  }
  std::int64_t count(const db::Sql& sql) {
    return run(data_.database().query(sql())).rows.front().integer("count");
  }
  // The gateway has this record of the order's payment.
  void gateway_has(const std::string& order_id, IntentStatus status, const std::string& id = "pi") {
    gateway_.on_look_up = [=, payment_id = payment(order_id).id](const auto&) {
      return Intent{.id = id,
                    .payment_id = payment_id,
                    .order_id = order_id,
                    .status = status,
                    .amount = Money{.cents = 2'000}};
    };
  }
  std::string make_unknown_order() {
    const std::string order_id = make_order();
    gateway_.on_authorize = [](const auto&) { return Unknown{.reason = ""}; };
    EXPECT_TRUE(pay(order_id));
    return order_id;
  }

  Operations webhooks_{platform_.get(), data_, gateway_, attempt_steps_, refund_steps_, "whsec"};
  Operations replica_{platform_.get(), data_, gateway_, attempt_steps_, refund_steps_, "whsec"};
};

TEST_F(WebhooksTest, AreRefusedUnlessTheyAreSigned) {
  const std::string text = body("payment_intent.succeeded");
  const std::string signature = sign_webhook("whsec", text, platform_.now());
  EXPECT_EQ(receive(text, ""), "invalid_signature");
  EXPECT_EQ(receive(text, sign_webhook("guessed", text, platform_.now())), "invalid_signature");
  EXPECT_EQ(receive(text + " ", signature), "invalid_signature");
  EXPECT_EQ(receive("{}"), "invalid_event");
  platform_.pass(std::chrono::seconds{301});
  EXPECT_EQ(receive(text, signature), "invalid_signature");
  EXPECT_EQ(count(stored), 0);
  EXPECT_EQ(platform_.metric(R"(stripe_webhooks_total{result="refused"})"), 5);
  Operations without_secret(platform_.get(), data_, gateway_, attempt_steps_, refund_steps_, "");
  EXPECT_FALSE(run(without_secret.receive(sign_webhook("", text, platform_.now()), text)));
}

TEST_F(WebhooksTest, AreStoredOnceAndWakeTheirProcessing) {
  int wakes = 0;
  webhooks_.on_work([&] { ++wakes; });
  EXPECT_EQ(receive(body("payment_intent.succeeded")), "");
  EXPECT_EQ(receive(body("payment_intent.succeeded")), "");
  EXPECT_EQ(count(stored), 1);
  EXPECT_EQ(wakes, 2);
}

TEST_F(WebhooksTest, OfOtherTypesAreAnsweredAndNotStored) {
  EXPECT_EQ(receive(body("customer.created")), "");
  EXPECT_EQ(receive(body("payment_intent.created")), "");
  EXPECT_EQ(receive(R"({"id":"e","type":"charge.refunded","data":{"object":{"id":"ch"}}})"), "");
  EXPECT_EQ(count(stored), 0);
}

TEST_F(WebhooksTest, BringTheAnswerThatWasLost) {
  const std::string order_id = make_unknown_order();
  gateway_has(order_id, IntentStatus::held);
  EXPECT_EQ(receive(body("payment_intent.amount_capturable_updated")), "");
  process();
  EXPECT_EQ(payment(order_id).status, "authorized");
  EXPECT_EQ(count(waiting), 0);
  EXPECT_EQ(event_count("payment.created"), 1U);
  process();
  EXPECT_EQ(gateway_.count("look_up"), 1);
}

TEST_F(WebhooksTest, AreNotTrustedAboutTheStateOfAPayment) {
  const std::string order_id = make_unknown_order();
  gateway_has(order_id, IntentStatus::processing);
  EXPECT_EQ(receive(body("payment_intent.succeeded")), "");
  process();
  EXPECT_EQ(payment(order_id).status, "authorizing");
}

TEST_F(WebhooksTest, AboutPaymentsOfOtherProgramsAreIgnored) {
  gateway_.on_look_up = [](const auto&) { return Intent{.id = "pi", .payment_id = ""}; };
  EXPECT_EQ(receive(body("payment_intent.succeeded")), "");
  process();
  gateway_.on_look_up = [](const auto&) { return NoSuchIntent{}; };
  EXPECT_EQ(receive(body("payment_intent.succeeded", "evt_2")), "");
  process();
  EXPECT_EQ(count(waiting), 0);
}

TEST_F(WebhooksTest, AreTriedAgainWhileAStepOfThePaymentIsUnderWay) {
  const std::string order_id = make_order();
  ASSERT_TRUE(pay(order_id));
  complete(order_id);
  gateway_has(order_id, IntentStatus::held);
  EXPECT_EQ(receive(body("payment_intent.succeeded")), "");
  gateway_.on_capture = [] { return Captured{}; };
  gateway_.delay = std::chrono::seconds{3};
  run(attempt_steps_.process_due());
  gateway_.delay = Milliseconds{0};
  process();
  EXPECT_EQ(count(waiting), 1);
  run(attempt_steps_.stop());
  platform_.pass(Milliseconds{250});
  process();
  EXPECT_EQ(count(waiting), 0);
  EXPECT_EQ(payment(order_id).status, "captured");
}

TEST_F(WebhooksTest, AreTriedAgainFor84MinutesAndGivenUpThen) {
  gateway_.on_look_up = [](const auto&) { return NotSent{.reason = ""}; };
  EXPECT_EQ(receive(body("payment_intent.succeeded")), "");
  const Timestamp begun = platform_.now();
  for (process(); count(waiting) == 1; process()) pass_retry();
  EXPECT_EQ(gateway_.count("look_up"), webhook_retries_max + 1);
  const auto minutes = std::chrono::round<std::chrono::minutes>(platform_.now() - begun);
  EXPECT_EQ(minutes.count(), 84);
}

TEST_F(WebhooksTest, AreTriedAsOftenAndAsLongByTwoReplicas) {
  gateway_.on_look_up = [](const auto&) { return NotSent{.reason = ""}; };
  gateway_.delay = Milliseconds{100};
  EXPECT_EQ(receive(body("payment_intent.succeeded")), "");
  const Timestamp begun = platform_.now();
  const auto process_by_both = [&] {
    begin_to_process();
    run(replica_.process_due());
    platform_.pass(gateway_.delay);
  };
  for (process_by_both(); count(waiting) == 1; process_by_both()) pass_retry();
  EXPECT_EQ(gateway_.count("look_up"), webhook_retries_max + 1);
  EXPECT_EQ(count(tries), webhook_retries_max + 1);
  const auto minutes = std::chrono::round<std::chrono::minutes>(platform_.now() - begun);
  EXPECT_EQ(minutes.count(), 84);
}

TEST_F(WebhooksTest, AreNotTriedWhereAnotherReplicaHasTriedSinceTheyWereRead) {
  gateway_.on_look_up = [](const auto&) { return NotSent{.reason = ""}; };
  EXPECT_EQ(receive(body("payment_intent.succeeded")), "");
  platform_.database().before_next_commit([&] { return replica_.process_due(); });
  process();
  EXPECT_EQ(gateway_.count("look_up"), 1);
  EXPECT_EQ(count(tries), 1);
}

TEST_F(WebhooksTest, AreTriedAgainWhenTheReplicaThatTriedHasDied) {
  EXPECT_EQ(receive(body("payment_intent.succeeded")), "");
  platform_.database().fail_next_commit_of("mark_webhook_processed",
                                           fixtures::TestDatabase::Failure::unavailable);
  process();
  EXPECT_EQ(count(waiting), 1);
  platform_.pass(webhook_try_max - Milliseconds{1});
  run(replica_.process_due());
  EXPECT_EQ(gateway_.count("look_up"), 1);
  platform_.pass(Milliseconds{1});
  run(replica_.process_due());
  EXPECT_EQ(gateway_.count("look_up"), 2);
  EXPECT_EQ(count(waiting), 0);
}

TEST_F(WebhooksTest, AreTriedAgainSoonWhenATryHasFailed) {
  const std::string order_id = make_captured_order();
  gateway_has(order_id, IntentStatus::taken, "pi_" + payment(order_id).id);
  EXPECT_EQ(receive(body("charge.dispute.created", "evt_1", "dp_1")), "");
  platform_.database().fail_next_commit_of("record_dispute",
                                           fixtures::TestDatabase::Failure::unavailable);
  process();
  EXPECT_EQ(count(waiting), 1);
  platform_.pass(std::chrono::seconds{1});
  process();
  EXPECT_EQ(count(waiting), 0);
  EXPECT_EQ(platform_.metric("payments_disputes_total"), 1);
}

TEST_F(WebhooksTest, AreNotPostponedByATryThatEndsAfterAnotherOne) {
  gateway_.on_look_up = [](const auto&) { return NotSent{.reason = ""}; };
  EXPECT_EQ(receive(body("payment_intent.succeeded")), "");
  gateway_.delay = webhook_try_max + std::chrono::minutes{1};
  begin_to_process();
  platform_.pass(webhook_try_max);
  gateway_.delay = Milliseconds{0};
  run(replica_.process_due());
  EXPECT_EQ(count(tries), 2);
  const Timestamp retry = next_retry();
  platform_.pass(std::chrono::minutes{2});
  EXPECT_EQ(count(tries), 2);
  EXPECT_EQ(next_retry(), retry);
}

TEST_F(WebhooksTest, ReportRefundsMadeAtTheGateway) {
  const std::string order_id = make_captured_order();
  gateway_has(order_id, IntentStatus::taken, "pi_" + payment(order_id).id);
  gateway_.on_refunds_of = [] { return NotSent{.reason = ""}; };
  EXPECT_EQ(receive(body("charge.refunded", "evt_1", "ch_1")), "");
  process();
  EXPECT_EQ(count(waiting), 1);
  gateway_.on_refunds_of = [] {
    return std::vector<GatewayRefund>{
        {.id = "re_1", .amount = Money{.cents = 300}, .succeeded = true}};
  };
  platform_.pass(Milliseconds{250});
  process();
  EXPECT_EQ(count(waiting), 0);
  EXPECT_EQ(payment(order_id).refunded_cents, 300);
  EXPECT_EQ(event_count("payment.refunded"), 1U);
}

TEST_F(WebhooksTest, ReportADisputeOnceAndAskForTheTicket) {
  const std::string order_id = make_captured_order();
  gateway_has(order_id, IntentStatus::taken, "pi_" + payment(order_id).id);
  for (const char* id : {"evt_1", "evt_2"}) {
    EXPECT_EQ(receive(body("charge.dispute.created", id, "dp_1")), "");
    process();
  }
  EXPECT_EQ(platform_.metric("payments_disputes_total"), 1);
  const auto asked = events("refund.requested");
  ASSERT_EQ(asked.size(), 1U);
  const auto told = *contracts::decode<contracts::RefundRequested>(asked[0].payload);
  EXPECT_EQ(told.order_id, order_id);
  EXPECT_EQ(told.refund_id, "dp_1");
  EXPECT_EQ(told.ticket_id, "ticket");
  EXPECT_EQ(told.user_id, "buyer");
  EXPECT_EQ(payment(order_id).status, "captured");
}

// A delivery that gets them for the first time must not show the ticket.
TEST_F(WebhooksTest, OfDisputesAskForTheTicketOnceMoreWhenEventsAreRepublished) {
  const std::string order_id = make_captured_order();
  gateway_has(order_id, IntentStatus::taken, "pi_" + payment(order_id).id);
  EXPECT_EQ(receive(body("charge.dispute.created", "evt_1", "dp_1")), "");
  process();
  platform_.pass(std::chrono::seconds{1});
  run(data_.republisher().request({.service = "payments",
                                   .event_subject = std::nullopt,
                                   .since = std::nullopt,
                                   .lost_before = std::nullopt,
                                   .requested_by = "test"}));
  platform_.pass(std::chrono::seconds{10});
  EXPECT_EQ(event_count("refund.requested"), 2U);
  const auto captures = events("payment.captured");
  ASSERT_EQ(captures.size(), 2U);
  const auto last = *contracts::decode<contracts::PaymentCaptured>(captures[1].payload);
  EXPECT_FALSE(last.ticket_id);
}

TEST_F(WebhooksTest, AreProcessedPageByPage) {
  run(platform_.database().write(many_webhooks()));
  int wakes = 0;
  webhooks_.on_work([&] { ++wakes; });
  process();
  EXPECT_EQ(wakes, 1);
  EXPECT_EQ(platform_.metric("stripe_webhooks_unfinished"), 20);
  process();
  EXPECT_EQ(wakes, 1);
  EXPECT_EQ(platform_.metric("stripe_webhooks_unfinished"), 0);
}

TEST_F(WebhooksTest, AreDeletedAMonthAfterTheyWereHandled) {
  EXPECT_EQ(receive(body("payment_intent.succeeded")), "");
  process();
  platform_.time().set_wall(platform_.now() + std::chrono::days{29});
  platform_.pass(std::chrono::hours{1});
  process();
  EXPECT_EQ(count(stored), 1);
  platform_.time().set_wall(platform_.now() + std::chrono::days{1});
  platform_.pass(std::chrono::hours{1});
  process();
  EXPECT_EQ(count(stored), 0);
}

}  // namespace
}  // namespace ticketing::payments::webhooks
