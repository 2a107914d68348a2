#include "payments/webhooks.hpp"

#include "common/base/log.hpp"
#include "payments/webhook_store.hpp"

namespace ticketing::payments {
namespace {

constexpr std::int64_t drive_page = 100;
constexpr std::size_t events_at_once_max = 8;
constexpr std::chrono::hours remembered_for{24 * 30};
constexpr std::chrono::hours forget_interval{1};

}  // namespace

Webhooks::Webhooks(runtime::Platform& platform, runtime::OwnedData& data, PaymentGateway& gateway,
                   Operations& operations, Refunds& refunds, std::string secret)
    : platform_(platform),
      data_(data),
      gateway_(gateway),
      operations_(operations),
      refunds_(refunds),
      secret_(std::move(secret)),
      acting_(platform.executor, "webhook"),
      forget_at_(platform.clock.steady_now()),
      received_(platform.metrics.counter("stripe_webhooks_total", "Webhooks, by what they were",
                                         {{"result", "accepted"}})),
      refused_(platform.metrics.counter("stripe_webhooks_total", "Webhooks, by what they were",
                                        {{"result", "refused"}})),
      disputes_(platform.metrics.counter("payments_disputes_total",
                                         "Charges that their card's owner disputes")),
      unfinished_(platform.metrics.gauge("stripe_webhooks_unfinished",
                                         "Webhooks that are stored and not yet acted on")) {}

Task<Result<void>> Webhooks::receive(std::string signature, std::string body) {
  if (!is_signed(secret_, signature, body, platform_.clock.now())) {
    refused_.Increment();
    co_return refuse(ErrorKind::invalid, "invalid_signature",
                     "The webhook's signature is not valid.");
  }
  const auto event = read_webhook(body);
  if (!event) {
    refused_.Increment();
    co_return refuse(ErrorKind::invalid, "invalid_event", "The webhook holds no event.");
  }
  received_.Increment();
  if (!concerns_us(event->type) || event->intent_id.empty()) co_return Result<void>{};
  db::Transaction transaction{.contends_for = event->intent_id, .statements = {}};
  transaction.statements.push_back(store::insert_webhook(*event, platform_.clock.now()));
  co_await data_.database().commit(std::move(transaction));
  if (wake_) wake_();
  co_return Result<void>{};
}

Task<> Webhooks::drive() {
  const auto due =
      co_await data_.database().query(store::waiting_webhooks(platform_.clock.now(), drive_page));
  for (const db::Row& row : due.rows) {
    co_await acting_.wait_below(events_at_once_max);
    acting_.spawn(act_on(store::decode_webhook(row)));
  }
  co_await acting_.wait_below(1);
  if (std::ssize(due.rows) == drive_page && wake_) wake_();
  const auto count = co_await data_.database().query(store::count_waiting_webhooks());
  unfinished_.Set(static_cast<double>(count.rows.front().integer(0)));
  co_await forget_old();
}

Task<> Webhooks::act_on(WebhookEvent event) {
  const bool done = co_await process(event);
  const Timestamp now = platform_.clock.now();
  const bool is_given_up = !done && event.attempts >= webhook_retries_max;
  if (is_given_up) {
    log::error("a webhook is given up; reconcile", {{"event", event.id}, {"type", event.type}});
  }
  const Milliseconds pause = webhook_backoff.after(event.attempts + 1);
  db::Transaction transaction{.contends_for = event.intent_id, .statements = {}};
  transaction.statements.push_back(done || is_given_up
                                       ? store::mark_webhook_processed(event.id, now)
                                       : store::postpone_webhook(event.id, now + pause));
  co_await data_.database().commit(std::move(transaction));
}

Task<bool> Webhooks::process(WebhookEvent event) {
  const LookUpOutcome outcome = co_await gateway_.look_up(event.intent_id);
  if (std::holds_alternative<NoSuchIntent>(outcome)) co_return true;
  const auto* intent = std::get_if<Intent>(&outcome);
  if (intent == nullptr) co_return false;
  const auto payment = co_await payment_of(*intent);
  if (!payment) co_return true;  // somebody else's, in the same account
  const bool observed = co_await operations_.observe(payment->id, *intent);
  if (!observed) co_return false;
  if (event.type == "charge.refunded") {
    const bool taken_over = co_await refunds_.take_over(*payment);
    if (!taken_over) co_return false;
  }
  if (event.type == "charge.dispute.created") co_await note_dispute(*payment, event.object_id);
  co_return true;
}

// By the PaymentIntent's id, or, when its webhook was faster than the answer that brings the id, by
// the payment's own in the metadata.
Task<std::optional<Payment>> Webhooks::payment_of(const Intent& intent) {
  auto found = co_await data_.database().query(store::payment_by_stripe_id(intent.id));
  if (found.empty()) {
    found = co_await data_.database().query(store::payment_and_order(intent.payment_id));
  }
  if (found.empty()) co_return std::nullopt;
  co_return store::decode_payment_and_order(found.rows.front()).payment;
}

Task<> Webhooks::note_dispute(const Payment& payment, const std::string& dispute_id) {
  db::Transaction transaction{.contends_for = payment.order_id, .statements = {}};
  transaction.statements.push_back(store::note_dispute(payment.id, dispute_id));
  const auto results = co_await data_.database().commit(std::move(transaction));
  if (results[0].affected == 0) co_return;
  disputes_.Increment();
  log::error("a charge is disputed; answer it in Stripe's dashboard",
             {{"payment", payment.id}, {"order", payment.order_id}, {"dispute", dispute_id}});
}

Task<> Webhooks::forget_old() {
  if (platform_.clock.steady_now() < forget_at_) co_return;
  forget_at_ = platform_.clock.steady_now() + forget_interval;
  db::Transaction transaction;
  transaction.statements.push_back(
      store::forget_webhooks_before(platform_.clock.now() - remembered_for));
  co_await data_.database().commit(std::move(transaction));
}

}  // namespace ticketing::payments
