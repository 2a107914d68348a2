#include "payments/refunds/steps.hpp"

#include "common/base/backoff.hpp"
#include "common/base/log.hpp"
#include "payments/attempts/store.hpp"
#include "payments/refunds/changes.hpp"
#include "payments/refunds/refund_events.hpp"
#include "payments/refunds/store.hpp"

namespace ticketing::payments::refunds {
namespace {

constexpr std::size_t steps_at_once_max = 16;
constexpr std::int64_t due_page = 100;
constexpr Backoff retry_backoff{.shortest = Milliseconds{1'000}, .longest = Milliseconds{60'000}};
// Delivery answers each question, also when it gets those of an hour at once.
constexpr Backoff ask_backoff{.shortest = Milliseconds{30'000}, .longest = Milliseconds{600'000}};

}  // namespace

Steps::Steps(runtime::Platform& platform, runtime::OwnedData& data, PaymentGateway& gateway)
    : platform_(platform),
      data_(data),
      gateway_(gateway),
      running_(platform.executor, "refund step"),
      refunded_(platform.metrics.counter("payments_refunds_total", "Refunds carried out")),
      asked_(platform.metrics.gauge("refunds_asked",
                                    "Refunds whose tickets delivery has not released")),
      unfinished_(platform.metrics.gauge("refunds_unfinished",
                                         "Refunds that the gateway has not answered")) {}

Task<std::optional<Refund>> Steps::find(const std::string& refund_id) {
  const auto result = co_await data_.database().query(store::refund_by_id(refund_id));
  if (result.empty()) co_return std::nullopt;
  co_return result.rows.front().as<Refund>();
}

Task<attempts::PaymentAndOrder> Steps::payment_of(const std::string& payment_id) {
  const auto result =
      co_await data_.database().query(attempts::store::payment_and_order(payment_id));
  TICKETING_ASSERT(!result.empty());
  co_return result.rows.front().as<attempts::PaymentAndOrder>();
}

Task<Steps::RefundAndPayment> Steps::find_with_payment(std::string refund_id) {
  auto refund = co_await find(refund_id);
  TICKETING_ASSERT(refund.has_value());
  Payment payment = (co_await payment_of(refund->payment_id)).payment;
  // Read after the payment: a refund that is carried out later changes its version.
  const auto relists = co_await data_.database().query(store::count_relists(payment.id));
  co_return RefundAndPayment{.refund = *std::move(refund),
                             .payment = std::move(payment),
                             .relist_asked = relists.first()->integer("count") > 0};
}

void Steps::begin(std::string refund_id) {
  running_.spawn(in_context(trace::current(), step(std::move(refund_id))));
}

Task<> Steps::process_due() {
  const auto due =
      co_await data_.database().query(store::due_refunds(platform_.clock.now(), due_page));
  for (const db::Row& row : due.rows) {
    const std::string refund_id = row.as<Refund>().id;
    if (in_progress_.contains(refund_id)) continue;
    co_await running_.wait_below(steps_at_once_max);
    begin(refund_id);
  }
  const auto counts = co_await data_.database().query(store::count_unfinished_refunds());
  asked_.Set(static_cast<double>(counts.rows.front().integer("asked")));
  unfinished_.Set(static_cast<double>(counts.rows.front().integer("pending")));
}

Task<> Steps::stop() { co_await running_.wait_below(1); }

Task<> Steps::step(std::string refund_id) {
  const auto guard = in_progress_.enter(refund_id);
  if (!guard) co_return;
  const auto refund = co_await find(refund_id);
  if (!refund) co_return;
  if (refund->status == RefundStatus::asked) {
    co_await ask_delivery(*refund);
  } else if (refund->status != RefundStatus::pending) {
    co_return;
  } else if (refund->stripe_id) {  // made at the gateway, so it is carried out already
    co_await complete(*refund, *refund->stripe_id);
  } else {
    co_await ask_gateway(*refund);
  }
}

// Never gives money back by itself: without an answer the ticket may have been shown.
Task<> Steps::ask_delivery(Refund refund) {
  const Timestamp now = platform_.clock.now();
  refund.retry_at = now + ask_backoff.for_age(now - refund.created_at);
  const auto [payment, order] = co_await payment_of(refund.payment_id);
  bus::Event event = data_.events().make(requested_event(refund, order));
  co_await runtime::commit(data_, ask_again(payment, refund, std::move(event)));
}

Task<> Steps::ask_gateway(const Refund& refund) {
  const Payment payment = (co_await payment_of(refund.payment_id)).payment;
  const RefundOutcome outcome =
      co_await gateway_.refund({.payment_id = refund.payment_id,
                                .refund_id = refund.id,
                                .stripe_id = payment.stripe_id.value_or(""),
                                .amount = refund.amount,
                                .idempotency_key = refund.id + "-refund",
                                .begun_at = begun_at(refund)});
  if (const auto* done = std::get_if<Refunded>(&outcome)) {
    co_await complete(refund, done->stripe_id);
  } else if (const auto* refused = std::get_if<Refused>(&outcome)) {
    log::error("the gateway refused a refund", {{"refund", refund.id}, {"code", refused->code}});
    co_await fail(refund, RefundStatus::pending, refused->code);
  } else {
    co_await postpone(refund);
  }
}

Task<> Steps::postpone(Refund refund) {
  const Timestamp now = platform_.clock.now();
  refund.retry_at = now + retry_backoff.for_age(now - begun_at(refund));
  db::Transaction transaction{.contends_for = refund.order_id, .statements = {}};
  transaction.statements.push_back(store::postpone_refund(refund));
  co_await data_.database().commit(std::move(transaction));
}

Task<> Steps::complete(Refund refund, std::string stripe_id) {
  refund.status = RefundStatus::succeeded;
  refund.stripe_id = std::move(stripe_id);
  const auto completed = co_await runtime::change(
      data_, [&] { return find_with_payment(refund.id); },
      [&](const RefundAndPayment& now) -> Result<runtime::Decision<bool>> {
        if (now.refund.status != RefundStatus::pending) return runtime::unchanged(false);
        const Money refunded{.cents = now.payment.refunded.cents + refund.amount.cents};
        const auto event =
            refunded_event(now.payment, refund, refunded, refund.relist || now.relist_asked);
        return runtime::changed(true,
                                refunds::complete(now.payment, refund, data_.events().make(event)));
      });
  if (completed && *completed) refunded_.Increment();
}

Task<> Steps::fail(Refund refund, RefundStatus before, std::string code) {
  refund.status = RefundStatus::failed;
  refund.failure = std::move(code);
  co_await runtime::change(
      data_, [&] { return find_with_payment(refund.id); },
      [&](const RefundAndPayment& now) -> Result<runtime::Decision<bool>> {
        if (now.refund.status != before) return runtime::unchanged(false);
        return runtime::changed(
            true, refunds::release(now.payment, refund, before, platform_.ids.next()));
      });
}

Task<bool> Steps::store_gateway_refunds(Payment payment) {
  if (payment.status != attempts::PaymentStatus::captured) co_return true;
  const RefundsOutcome outcome = co_await gateway_.refunds_of(payment.stripe_id.value_or(""));
  const auto* refunds = std::get_if<std::vector<GatewayRefund>>(&outcome);
  if (refunds == nullptr) co_return false;
  bool are_known = true;
  for (const GatewayRefund& made : *refunds) {
    if (!made.succeeded) continue;
    const Ours ours = co_await ours_of(made.refund_id);
    are_known = are_known && ours != Ours::goes_on;
    if (ours != Ours::none) continue;
    const bool is_stored = co_await store_gateway_refund(payment.id, made);
    if (!is_stored) co_return false;
  }
  co_return are_known;
}

Task<Steps::Ours> Steps::ours_of(std::string refund_id) {
  if (refund_id.empty()) co_return Ours::none;
  const auto refund = co_await find(refund_id);
  if (refund && refund->status == RefundStatus::failed) co_return Ours::none;
  const bool has_ended = !refund || refund->status == RefundStatus::succeeded;
  co_return has_ended ? Ours::is_settled : Ours::goes_on;
}

// The money is back already, so delivery's answer changes nothing; but the ticket must not be shown
// any more.
Task<bool> Steps::store_gateway_refund(const std::string& payment_id, const GatewayRefund& made) {
  const auto stored = co_await data_.database().query(store::refund_by_stripe_id(made.id));
  if (!stored.empty()) co_return true;
  const auto [payment, order] = co_await payment_of(payment_id);
  const Timestamp now = platform_.clock.now();
  const Refund refund{.id = platform_.ids.next(),
                      .payment_id = payment.id,
                      .order_id = payment.order_id,
                      .amount = made.amount,
                      .requested_by = RefundRequester::gateway,
                      .status = RefundStatus::pending,
                      .stripe_id = made.id,
                      .created_at = now,
                      .retry_at = now};
  bus::Event event = data_.events().make(requested_event(refund, order));
  const bool is_reserved =
      co_await runtime::commit(data_, reserve(payment, refund, std::nullopt, std::move(event)));
  if (is_reserved) co_await step(refund.id);
  co_return is_reserved;
}

}  // namespace ticketing::payments::refunds
