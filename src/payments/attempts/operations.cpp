#include "payments/attempts/operations.hpp"

#include <algorithm>

#include "common/base/log.hpp"
#include "common/runtime/change.hpp"
#include "contracts/codes.hpp"
#include "payments/attempts/store.hpp"

namespace ticketing::payments::attempts {
namespace {

// How long a buyer waits for the gateway, and then for orders to decide, before the answer is "not
// known yet".
constexpr Milliseconds answer_wait_max{8'000};
constexpr Milliseconds decision_wait_max{3'000};
// Between two looks while nothing was notified: another replica may have applied the decision.
constexpr Milliseconds look_interval{250};
// After this, process_due() takes over a stored attempt: its process may have died.
constexpr Milliseconds first_call_time_max{5'000};

std::unexpected<Error> no_such_order() {
  return refuse(ErrorKind::not_found, slugs::order_not_found, "There is no such order.");
}

Error gateway_unavailable() {
  return {.kind = ErrorKind::unavailable,
          .slug = slugs::gateway_unavailable,
          .detail = "The payment could not be started; the card was not charged.",
          .fields = {},
          .retry_after = std::chrono::seconds{5}};
}

Error declined(const Payment& payment) {
  const std::string code = payment.failure.value_or("generic_decline");
  if (code == "gateway_unavailable") return gateway_unavailable();
  const Decline& decline = decline_of(code);
  const Code slug = slugs::card_declined(decline.reason);
  Error error{.kind = ErrorKind::invalid, .slug = slug, .detail = std::string(decline.message)};
  error.fields.push_back({.code = slug, .message = error.detail, .field = "token"});
  return error;
}

}  // namespace

Operations::Operations(runtime::Platform& platform, runtime::OwnedData& data,
                       const db::IdempotencyKeys& idempotency_keys, Steps& steps,
                       OrderWaiters& waiters, const DeclineLimits& limits)
    : platform_(platform),
      data_(data),
      fresh_(platform),
      idempotency_keys_(idempotency_keys),
      steps_(steps),
      waiters_(waiters),
      limits_(limits),
      erasure_(platform, "payments", data.database(),
               [this](std::string user_id) { return erase(std::move(user_id)); }) {}

Task<std::optional<OrderCopy>> Operations::find_order(const std::string& order_id) {
  const auto result = co_await data_.database().query(store::order_by_id(order_id));
  if (result.empty()) co_return std::nullopt;
  co_return result.rows.front().as<OrderCopy>();
}

// Payments are never deleted, and this asks for known ones only.
Task<PaymentAndOrder> Operations::find(const std::string& payment_id) {
  const auto result = co_await data_.database().query(store::payment_and_order(payment_id));
  TICKETING_ASSERT(!result.empty());
  co_return result.rows.front().as<PaymentAndOrder>();
}

Task<Result<PayAnswer>> Operations::pay(PayRequest request) {
  const auto order = co_await fresh_.find(request.order_id, request.payer.user_id,
                                          [&] { return find_order(request.order_id); });
  if (!order) co_return refuse(fresh_.not_found(no_such_order().error(), request.order_id));
  if (const auto payable = check_payable(*order, request.payer.user_id, platform_.clock.now());
      !payable) {
    co_return std::unexpected(payable.error());
  }
  if (steps_.is_full()) co_return refuse(gateway_unavailable());
  auto payment_id = co_await start_attempt(request, *order);
  if (!payment_id && payment_id.error().slug == slugs::payment_in_progress) {
    const bool is_free = co_await steps_.cancel_unconfirmed(order->id);
    if (is_free) payment_id = co_await start_attempt(request, *order);
  }
  if (!payment_id) co_return std::unexpected(payment_id.error());
  // The step goes on when this request stops waiting for it.
  steps_.begin(*payment_id);
  co_await await_decision(request.order_id, *payment_id);
  co_return co_await answer_of(*payment_id);
}

Task<Result<std::string>> Operations::start_attempt(const PayRequest& request,
                                                    const OrderCopy& order) {
  const Timestamp now = platform_.clock.now();
  const Payment payment{.id = platform_.ids.next(),
                        .order_id = order.id,
                        .user_id = request.payer.user_id,
                        .amount = order.price,
                        .source = request.source,
                        .created_at = now,
                        .retry_at = now + first_call_time_max};
  runtime::Change change{.contends_for = order.id,
                         .write = store::insert_payment(payment, request.payer, limits_)};
  if (request.idempotency_key) {
    // Status 0: the answer is decided later and read off the payment until then.
    change.also.push_back(
        idempotency_keys_.remember_with(*request.idempotency_key, payment.id, 0, "", now));
  }
  const bool is_stored = co_await runtime::commit(data_, std::move(change));
  if (is_stored) co_return payment.id;

  co_return std::unexpected(co_await obstacle_of(request));
}

// The order changed, a limit is met, or the order has an attempt that may still take money. The
// limit before the attempt: one that its owner can still confirm is not cancelled in vain.
Task<Error> Operations::obstacle_of(const PayRequest& request) {
  const Timestamp now = platform_.clock.now();
  const auto present = co_await find_order(request.order_id);
  if (!present) co_return no_such_order().error();
  const auto payable = check_payable(*present, request.payer.user_id, now);
  if (!payable) co_return payable.error();
  const auto allowed = check_declines(co_await find_met_limits(request.payer), now);
  if (!allowed) {
    audit_throttled(request.payer, request.order_id);
    co_return allowed.error();
  }
  co_return Error{.kind = ErrorKind::invalid,
                  .slug = slugs::payment_in_progress,
                  .detail = "A payment for this order is under way."};
}

Task<MetLimits> Operations::find_met_limits(const Payer& payer) {
  const auto result =
      co_await data_.database().query(store::met_limits(payer, limits_, platform_.clock.now()));
  co_return result.rows.front().as<MetLimits>();
}

void Operations::audit_throttled(const Payer& payer, const std::string& order_id) {
  const std::int64_t count =
      throttled_.count(limits::Caller::of("pay", payer.address), platform_.clock.steady_now());
  if (count == 0) return;
  log::audit({.event = "pay",
              .outcome = "throttled",
              .reason = slugs::too_many_declines.name(),
              .user = payer.user_id,
              .subject = order_id,
              .address = payer.address.substr(payer.address.find(' ') + 1),
              .count = count});
}

Task<> Operations::forget_addresses() {
  db::Transaction transaction{
      .contends_for = "", .statements = {}, .batch_delay = db::background_batch_delay};
  transaction.statements.push_back(
      store::forget_addresses(platform_.clock.now() - Milliseconds(declines_window)));
  co_await data_.database().commit(std::move(transaction));
}

Task<bool> Operations::erase(std::string user_id) {
  // First: what ends after it is erased in the next round.
  const auto unfinished = co_await data_.database().query(store::unfinished_of(user_id));
  db::Transaction transaction{.contends_for = user_id, .statements = {}};
  transaction.statements.push_back(store::forget_payer(user_id));
  transaction.statements.push_back(db::IdempotencyKeys::forget_user(user_id));
  co_await data_.database().commit(std::move(transaction));
  co_return unfinished.empty();
}

Task<Result<PayAnswer>> Operations::answer_of(std::string payment_id) {
  const auto [payment, order] = co_await find(payment_id);
  switch (payment.status) {
    case PaymentStatus::declined: co_return refuse(declined(payment));
    case PaymentStatus::captured: co_return PayAnswer{.payment_id = payment.id, .decided = true};
    case PaymentStatus::voided:
    case PaymentStatus::failed: co_return refuse(cancelled_error(order));
    case PaymentStatus::requires_action:
      if (order.status == OrderStatus::cancelled) co_return refuse(cancelled_error(order));
      co_return PayAnswer{.payment_id = payment.id, .client_secret = payment.client_secret};
    case PaymentStatus::authorizing:
    case PaymentStatus::authorized: break;
  }
  if (payment.status == PaymentStatus::authorized && order.status == OrderStatus::cancelled) {
    co_return refuse(cancelled_error(order));
  }
  co_return PayAnswer{.payment_id = payment.id,
                      .decided = payment.status == PaymentStatus::authorized &&
                                 order.status == OrderStatus::complete};
}

// Until the gateway has answered and orders has decided about the held amount; not longer than each
// may take.
Task<> Operations::await_decision(const std::string& order_id, const std::string& payment_id) {
  OrderWaiters::Waiter waiter(waiters_, platform_.executor, order_id);
  SteadyTime deadline = platform_.clock.steady_now() + answer_wait_max;
  bool is_held = false;
  while (platform_.clock.steady_now() < deadline) {
    const auto [payment, order] = co_await find(payment_id);
    if (payment.status == PaymentStatus::authorized && !is_held) {
      is_held = true;
      deadline = std::min(deadline, platform_.clock.steady_now() + decision_wait_max);
    }
    const bool undecided =
        payment.status == PaymentStatus::authorized && order.status == OrderStatus::created;
    if (payment.status != PaymentStatus::authorizing && !undecided) co_return;
    co_await waiter.wait_for(look_interval);
  }
}

Task<bus::Verdict> Operations::order_created(OrderCopy order) {
  db::Transaction transaction{.contends_for = order.id, .batch_delay = db::background_batch_delay};
  transaction.statements.push_back(store::insert_order(order));
  co_await data_.database().commit(std::move(transaction));
  co_return bus::Verdict::done;
}

Task<bus::Verdict> Operations::order_ended(OrderCopy order) {
  const bus::Verdict verdict =
      co_await runtime::follow(data_, {.contends_for = order.id,
                                       .write = store::update_order(order),
                                       .read_version = store::order_version(order.id),
                                       .version = order.version});
  if (verdict == bus::Verdict::retry_later) co_return verdict;
  waiters_.notify(order.id);
  steps_.wake_for(order.id);
  co_return verdict;
}

}  // namespace ticketing::payments::attempts
