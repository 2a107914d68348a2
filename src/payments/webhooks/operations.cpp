#include "payments/webhooks/operations.hpp"

#include "common/base/log.hpp"
#include "common/runtime/change.hpp"
#include "contracts/codes.hpp"
#include "payments/attempts/payment_events.hpp"
#include "payments/attempts/store.hpp"
#include "payments/webhooks/store.hpp"

namespace ticketing::payments::webhooks {
namespace {

constexpr std::int64_t due_page = 100;
constexpr std::size_t events_at_once_max = 8;
constexpr std::chrono::hours kept_for{24 * 30};
constexpr std::chrono::hours delete_interval{1};

}  // namespace

Operations::Operations(runtime::Platform& platform, runtime::OwnedData& data,
                       PaymentGateway& gateway, attempts::Steps& attempts, refunds::Steps& refunds,
                       std::string secret)
    : platform_(platform),
      data_(data),
      gateway_(gateway),
      attempts_(attempts),
      refunds_(refunds),
      secret_(std::move(secret)),
      handling_(platform.executor, "webhook"),
      delete_at_(platform.clock.steady_now()),
      accepted_(platform.metrics.counter("stripe_webhooks_total", "Webhooks, by what they were",
                                         {{"result", "accepted"}})),
      refused_(platform.metrics.counter("stripe_webhooks_total", "Webhooks, by what they were",
                                        {{"result", "refused"}})),
      disputes_(platform.metrics.counter("payments_disputes_total",
                                         "Charges that their card's owner disputes")),
      unfinished_(platform.metrics.gauge("stripe_webhooks_unfinished",
                                         "Webhooks that are stored and not yet handled")) {}

void Operations::wake() {
  if (wake_) wake_();
}

Task<Result<void>> Operations::receive(std::string signature, std::string body) {
  if (!is_signed(secret_, signature, body, platform_.clock.now())) {
    refused_.Increment();
    co_return refuse(ErrorKind::invalid, slugs::invalid_signature,
                     "The webhook's signature is not valid.");
  }
  const auto event = read_webhook(body);
  if (!event) {
    refused_.Increment();
    co_return refuse(ErrorKind::invalid, slugs::invalid_event, "The webhook holds no event.");
  }
  accepted_.Increment();
  if (!is_handled(event->type) || event->intent_id.empty()) co_return Result<void>{};
  db::Transaction transaction{.contends_for = event->intent_id, .statements = {}};
  transaction.statements.push_back(store::insert_webhook(*event, platform_.clock.now()));
  co_await data_.database().commit(std::move(transaction));
  wake();
  co_return Result<void>{};
}

Task<> Operations::process_due() {
  const auto due =
      co_await data_.database().query(store::due_webhooks(platform_.clock.now(), due_page));
  for (const db::Row& row : due.rows) {
    co_await handling_.wait_below(events_at_once_max);
    handling_.spawn(handle_webhook(row.as<WebhookEvent>()));
  }
  co_await handling_.wait_below(1);
  if (std::ssize(due.rows) == due_page) wake();
  const auto count = co_await data_.database().query(store::count_waiting_webhooks());
  unfinished_.Set(static_cast<double>(count.rows.front().integer("count")));
  co_await delete_old();
}

Task<> Operations::handle_webhook(WebhookEvent event) {
  const bool is_claimed =
      co_await write(event, store::claim_webhook(event, platform_.clock.now() + webhook_try_max));
  if (!is_claimed) co_return;  // another replica tries
  ++event.attempts;
  const bool done = co_await try_to_apply(event);
  const Timestamp now = platform_.clock.now();
  if (done) {
    co_await write(event, store::mark_webhook_processed(event.id, now));
  } else if (event.attempts <= webhook_retries_max) {
    const Milliseconds pause = webhook_backoff.after(event.attempts);
    co_await write(event, store::postpone_webhook(event, now + pause));
  } else if (co_await write(event, store::give_up_webhook(event, now))) {
    log::error("a webhook could not be handled and is given up; run the reconciliation",
               {{"event", event.id}, {"type", event.type}});
  }
}

Task<bool> Operations::write(const WebhookEvent& event, db::Statement statement) {
  co_return co_await runtime::commit(
      data_.database(), {.contends_for = event.intent_id, .write = std::move(statement)});
}

// A try that fails counts as one that has to be repeated.
Task<bool> Operations::try_to_apply(const WebhookEvent& event) {
  try {
    co_return co_await apply(event);
  } catch (const std::exception& error) {
    log::warn("a webhook could not be handled now",
              {{"event", event.id}, {"type", event.type}, {"reason", error.what()}});
  }
  co_return false;
}

Task<bool> Operations::apply(WebhookEvent event) {
  const LookUpOutcome outcome = co_await gateway_.look_up(event.intent_id);
  if (std::holds_alternative<NoSuchIntent>(outcome)) co_return true;
  const auto* intent = std::get_if<Intent>(&outcome);
  if (intent == nullptr) co_return false;
  const auto found = co_await payment_of(*intent);
  if (!found) co_return true;  // made by another program in the same Stripe account
  const attempts::Payment& payment = found->payment;
  const bool is_applied = co_await attempts_.apply(payment.id, *intent);
  if (!is_applied) co_return false;
  if (event.type == "charge.refunded") {
    const bool is_stored = co_await refunds_.store_gateway_refunds(payment);
    if (!is_stored) co_return false;
  }
  if (event.type == "charge.dispute.created") co_await record_dispute(*found, event.object_id);
  co_return true;
}

// By the PaymentIntent's id; when the webhook came before the answer that brings the id, by the
// payment's id in the metadata.
Task<std::optional<attempts::PaymentAndOrder>> Operations::payment_of(const Intent& intent) {
  auto found = co_await data_.database().query(attempts::store::payment_by_stripe_id(intent.id));
  if (found.empty()) {
    found = co_await data_.database().query(attempts::store::payment_and_order(intent.payment_id));
  }
  if (found.empty()) co_return std::nullopt;
  co_return found.rows.front().as<attempts::PaymentAndOrder>();
}

Task<> Operations::record_dispute(attempts::PaymentAndOrder disputed, std::string dispute_id) {
  attempts::Payment& payment = disputed.payment;
  payment.dispute_id = dispute_id;
  const bus::Event event =
      data_.events().make(attempts::disputed_event(payment, disputed.order.ticket_id));
  const bool is_new = co_await runtime::commit(
      data_, {.contends_for = payment.order_id,
              .write = attempts::store::record_dispute(payment.id, dispute_id, event.id),
              .event = event,
              .entity_id = payment.id});
  if (!is_new) co_return;
  disputes_.Increment();
  log::error("a charge is disputed; answer it in Stripe's dashboard",
             {{"payment", payment.id}, {"order", payment.order_id}, {"dispute", dispute_id}});
}

Task<> Operations::delete_old() {
  if (platform_.clock.steady_now() < delete_at_) co_return;
  delete_at_ = platform_.clock.steady_now() + delete_interval;
  db::Transaction transaction;
  transaction.statements.push_back(store::delete_webhooks_before(platform_.clock.now() - kept_for));
  co_await data_.database().commit(std::move(transaction));
}

}  // namespace ticketing::payments::webhooks
