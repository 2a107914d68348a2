#include "payments/attempts/gateway_step.hpp"

#include "common/base/log.hpp"
#include "common/runtime/change.hpp"
#include "payments/attempts/payment_events.hpp"
#include "payments/attempts/store.hpp"

namespace ticketing::payments::attempts {
namespace {

// While the card's owner confirms, a webhook reports the result; asking the gateway is the
// fallback.
constexpr Milliseconds action_pause{5'000};

}  // namespace

GatewayStep::GatewayStep(runtime::Platform& platform, runtime::OwnedData& data,
                         PaymentGateway& gateway)
    : platform_(platform),
      data_(data),
      gateway_(gateway),
      stray_charges_(platform.metrics.counter("payments_stray_charges_total",
                                              "Charges found at the gateway for attempts that are "
                                              "over: an operator has to check them")) {}

Task<> GatewayStep::take(PaymentAndOrder found, bool first_call) {
  switch (next_step(found.payment, found.order.status)) {
    case Step::authorize: co_await authorize(found.payment, first_call); break;
    case Step::look_up: co_await look_up(found.payment); break;
    case Step::capture: co_await capture(found.payment, found.order); break;
    case Step::release: co_await release(found.payment); break;
    case Step::none: break;
  }
}

// Before a repeated call the version of the row is raised. So a first call that was not sent ends
// the attempt only if no other replica has asked the gateway since.
Task<> GatewayStep::authorize(Payment payment, bool first_call) {
  const bool is_first = first_call && payment.version == 0;
  if (!is_first) {
    payment = postpone(payment, platform_.clock.now());
    if (!co_await save(payment, std::nullopt)) co_return;
  }
  const AuthorizeOutcome outcome =
      co_await gateway_.authorize({.payment_id = payment.id,
                                   .order_id = payment.order_id,
                                   .source = payment.source,
                                   .amount = payment.amount,
                                   .idempotency_key = payment.id + "-authorize",
                                   .created_at = payment.created_at});
  if (const auto* authorized = std::get_if<Authorized>(&outcome)) {
    if (!co_await save_authorized(payment, authorized->stripe_id))
      co_await apply_late(payment, {.id = authorized->stripe_id, .status = IntentStatus::held});
  } else if (const auto* action = std::get_if<RequiresAction>(&outcome)) {
    if (!co_await save_requires_action(payment, action->stripe_id, action->client_secret)) {
      co_await apply_late(payment, {.id = action->stripe_id,
                                    .status = IntentStatus::requires_action,
                                    .client_secret = action->client_secret});
    }
  } else if (const auto* declined = std::get_if<Declined>(&outcome)) {
    co_await save_declined(payment, declined->code);
  } else if (std::holds_alternative<NotSent>(outcome) && is_first) {
    co_await save_declined(payment, "gateway_unavailable");
  } else {
    log::warn("the gateway's answer is unknown; the request will be repeated",
              {{"payment", payment.id}});
    co_await save_postponed(payment);
  }
}

// The payment has changed during the call: what the gateway has made is compared with it as it is
// now, and stored, or cancelled at the gateway.
Task<> GatewayStep::apply_late(const Payment& payment, Intent intent) {
  const auto found = co_await data_.database().query(store::payment_and_order(payment.id));
  if (!found.empty()) co_await apply(found.rows.front().as<PaymentAndOrder>().payment, intent);
}

Task<> GatewayStep::look_up(const Payment& payment) {
  const LookUpOutcome outcome = co_await gateway_.look_up(payment.stripe_id.value_or(""));
  const auto* intent = std::get_if<Intent>(&outcome);
  if (intent != nullptr && compare(payment, *intent) != Finding::none) {
    co_await apply(payment, *intent);
  } else {
    co_await save_postponed(payment);
  }
}

Task<bool> GatewayStep::apply(Payment payment, Intent intent) {
  const std::string code = intent.failure.empty() ? "authentication_required" : intent.failure;
  switch (compare(payment, intent)) {
    case Finding::none: break;
    case Finding::authorized: co_await save_authorized(payment, intent.id); break;
    case Finding::requires_action:
      co_await save_requires_action(payment, intent.id, intent.client_secret);
      break;
    case Finding::declined: co_await save_declined(payment, code); break;
    case Finding::unconfirmed: co_await cancel_unconfirmed(payment, code); break;
    case Finding::release: co_return co_await release_stray_hold(payment, intent.id);
    case Finding::stray_charge:
      stray_charges_.Increment();
      log::error("the gateway took money for an attempt that is over",
                 {{"payment", payment.id}, {"intent", intent.id}});
      break;
  }
  co_return true;
}

// At the gateway first: with the secret that the browser has, it could still be confirmed.
Task<> GatewayStep::cancel_unconfirmed(Payment payment, std::string code) {
  const ReleaseOutcome outcome =
      co_await gateway_.release(payment.stripe_id.value_or(""), payment.id + "-release");
  if (std::holds_alternative<Released>(outcome)) {
    co_await save_declined(payment, code);
  } else {
    co_await save_postponed(payment);
  }
}

Task<bool> GatewayStep::release_stray_hold(const Payment& payment, const std::string& stripe_id) {
  const ReleaseOutcome outcome = co_await gateway_.release(stripe_id, payment.id + "-stray");
  if (std::holds_alternative<Released>(outcome)) co_return true;
  log::warn("the gateway holds an amount for an attempt that is over",
            {{"payment", payment.id}, {"intent", stripe_id}});
  co_return false;
}

Task<> GatewayStep::capture(const Payment& payment, const OrderCopy& order) {
  const CaptureOutcome outcome =
      co_await gateway_.capture(payment.stripe_id.value_or(""), payment.id + "-capture");
  const Timestamp now = platform_.clock.now();
  if (std::holds_alternative<Captured>(outcome)) {
    const Payment after = advance(payment, PaymentStatus::captured, now);
    co_await save(after, data_.events().make(captured_event(after, order)));
  } else if (const auto* refused = std::get_if<Refused>(&outcome)) {
    Payment after = advance(payment, PaymentStatus::failed, now);
    after.failure = refused->code;
    log::error("a payment could not be captured",
               {{"payment", payment.id}, {"code", refused->code}});
    co_await save(after, data_.events().make(contracts::PaymentFailed{facts(after)}));
  } else {
    co_await save_postponed(payment);
  }
}

Task<> GatewayStep::release(const Payment& payment) {
  const ReleaseOutcome outcome =
      co_await gateway_.release(payment.stripe_id.value_or(""), payment.id + "-release");
  if (std::holds_alternative<Released>(outcome)) {
    co_await save_voided(payment);
  } else if (const auto* refused = std::get_if<Refused>(&outcome)) {
    log::error("a payment could not be released",
               {{"payment", payment.id}, {"code", refused->code}});
    co_await settle_refused_release(payment);
  } else {
    co_await save_postponed(payment);
  }
}

// Where the gateway holds nothing any more it refuses for ever, so the attempt is over. What was
// taken by hand is a stray charge. An intent that is not there is another account's, so nothing is
// known of it.
Task<> GatewayStep::settle_refused_release(const Payment& payment) {
  const LookUpOutcome outcome = co_await gateway_.look_up(payment.stripe_id.value_or(""));
  const auto* intent = std::get_if<Intent>(&outcome);
  const bool holds_nothing = intent != nullptr && (intent->status == IntentStatus::taken ||
                                                   intent->status == IntentStatus::released);
  if (!holds_nothing) {
    co_await save_postponed(payment);
    co_return;
  }
  const bool is_voided = co_await save_voided(payment);
  if (is_voided) co_await apply_late(payment, *intent);
}

Task<bool> GatewayStep::save_authorized(const Payment& payment, const std::string& stripe_id) {
  Payment after = advance(payment, PaymentStatus::authorized, platform_.clock.now());
  after.stripe_id = stripe_id;
  co_return co_await save(after, data_.events().make(contracts::PaymentCreated{facts(after)}));
}

Task<bool> GatewayStep::save_requires_action(const Payment& payment, const std::string& stripe_id,
                                             const std::string& client_secret) {
  const Timestamp now = platform_.clock.now();
  Payment after = advance(payment, PaymentStatus::requires_action, now);
  after.stripe_id = stripe_id;
  after.client_secret = client_secret;
  after.retry_at = now + action_pause;
  co_return co_await save(after, std::nullopt);
}

Task<> GatewayStep::save_declined(const Payment& payment, const std::string& code) {
  Payment after = advance(payment, PaymentStatus::declined, platform_.clock.now());
  after.failure = code;
  co_await save(after, std::nullopt);
}

Task<bool> GatewayStep::save_voided(const Payment& payment) {
  const Payment after = advance(payment, PaymentStatus::voided, platform_.clock.now());
  co_return co_await save(after, data_.events().make(contracts::PaymentVoided{facts(after)}));
}

Task<> GatewayStep::save_postponed(const Payment& payment) {
  co_await save(postpone(payment, platform_.clock.now()), std::nullopt);
}

Task<bool> GatewayStep::save(const Payment& after, std::optional<bus::Event> event) {
  const std::string change_id = event ? event->id : platform_.ids.next();
  co_return co_await runtime::commit(data_, {.contends_for = after.order_id,
                                             .write = store::update_payment(after, change_id),
                                             .event = std::move(event),
                                             .entity_id = after.id});
}

}  // namespace ticketing::payments::attempts
