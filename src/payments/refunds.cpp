#include "payments/refunds.hpp"

#include "common/base/backoff.hpp"
#include "common/base/log.hpp"
#include "contracts/payments_events.hpp"
#include "payments/refund_store.hpp"

namespace ticketing::payments {
namespace {

constexpr int attempts_max = 10;  // of a compare-and-set
constexpr std::size_t steps_at_once_max = 16;
constexpr std::int64_t drive_page = 100;
constexpr Milliseconds answer_wait_max{8'000};
constexpr Milliseconds first_call_time_max{30'000};
constexpr Backoff retry_backoff{.shortest = Milliseconds{1'000}, .longest = Milliseconds{60'000}};
// A buyer waits for the answer: between two looks at the refund.
constexpr Backoff poll_backoff{.shortest = Milliseconds{5}, .longest = Milliseconds{250}};

std::unexpected<Error> no_such_order() {
  return refuse(ErrorKind::not_found, "order_not_found", "There is no such order.");
}

std::unexpected<Error> not_your_order() {
  return refuse(ErrorKind::unauthenticated, "not_your_order",
                "Only its buyer may see what can be refunded of an order.");
}

contracts::PaymentRefunded event_of(const Payment& payment, const Refund& refund) {
  const std::int64_t refunded_cents = payment.refunded.cents + refund.amount.cents;
  contracts::PaymentRefunded event;
  event.id = payment.id;
  event.order_id = payment.order_id;
  event.stripe_id = payment.stripe_id.value_or("");
  event.refund_id = refund.id;
  event.amount = refund.amount;
  event.refunded = Money{.cents = refunded_cents};
  event.full = refunded_cents == payment.amount.cents;
  event.relist = refund.relist;
  return event;
}

Timestamp next_look(const Refund& refund, Timestamp now) {
  return now + retry_backoff.for_age(now - refund.created_at);
}

}  // namespace

Refunds::Refunds(runtime::Platform& platform, runtime::OwnedData& data, PaymentGateway& gateway,
                 std::chrono::seconds window)
    : platform_(platform),
      data_(data),
      gateway_(gateway),
      window_(window),
      keys_("refunds"),
      stepping_(platform.executor, "refund step"),
      refunded_(platform.metrics.counter("payments_refunds_total", "Refunds carried out")),
      unfinished_(platform.metrics.gauge("refunds_unfinished",
                                         "Refunds that the gateway has not answered")) {}

Task<std::optional<Refund>> Refunds::find(const std::string& refund_id) {
  const auto result = co_await data_.database().query(store::refund_by_id(refund_id));
  if (result.empty()) co_return std::nullopt;
  co_return store::decode_refund(result.rows.front());
}

Task<std::optional<store::PaymentAndOrder>> Refunds::payment_of(const std::string& payment_id) {
  const auto result = co_await data_.database().query(store::payment_and_order(payment_id));
  if (result.empty()) co_return std::nullopt;
  co_return store::decode_payment_and_order(result.rows.front());
}

Task<Result<Refund>> Refunds::refund(RefundRequest request) {
  const auto begun = co_await begin(request);
  if (!begun) co_return std::unexpected(begun.error());
  if (begun->status == RefundStatus::pending) {
    stepping_.spawn(step(begun->id, request.traceparent));
    const SteadyTime deadline = platform_.clock.steady_now() + answer_wait_max;
    Milliseconds pause = poll_backoff.shortest;
    while (platform_.clock.steady_now() < deadline) {
      const auto now = co_await find(begun->id);
      if (now->status != RefundStatus::pending) break;
      co_await platform_.timers.sleep_for(pause);
      pause = poll_backoff.next(pause);
    }
  }
  co_return co_await answer_of(begun->id);
}

Task<Result<Refund>> Refunds::answer_of(std::string refund_id) {
  const auto refund = co_await find(refund_id);
  TICKETING_ASSERT(refund.has_value());
  if (refund->status == RefundStatus::failed) {
    co_return refuse(ErrorKind::invalid, "refund_refused", "The refund was refused.");
  }
  co_return *refund;
}

Task<Result<Refundable>> Refunds::refundable(std::string order_id, std::string user_id) {
  const auto copies = co_await data_.database().query(store::order_by_id(order_id));
  if (copies.empty()) co_return no_such_order();
  const OrderCopy order = store::decode_order(copies.rows.front());
  if (order.user_id != user_id) co_return not_your_order();
  const auto found = co_await data_.database().query(store::payment_of_order(order_id));
  if (found.empty()) co_return Refundable{};
  const auto [payment, same_order] = store::decode_payment_and_order(found.rows.front());
  co_return refundable_of(payment, order, platform_.clock.now(), window_);
}

Task<Result<Refund>> Refunds::begin(const RefundRequest& request) {
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    if (request.idempotency_key) {
      // Another request with the key may have been faster.
      auto before = co_await refund_of_key(*request.idempotency_key);
      if (!before) co_return std::unexpected(before.error());
      if (*before) co_return **std::move(before);
    }
    const auto found = co_await data_.database().query(store::payment_of_order(request.order_id));
    if (found.empty()) {
      const auto order = co_await data_.database().query(store::order_by_id(request.order_id));
      if (order.empty()) co_return no_such_order();
      const OrderCopy copy = store::decode_order(order.rows.front());
      co_return std::unexpected(
          check_refund({}, copy, request.wish, platform_.clock.now(), window_).error());
    }
    const auto [payment, order] = store::decode_payment_and_order(found.rows.front());
    const Timestamp now = platform_.clock.now();
    const auto amount = check_refund(payment, order, request.wish, now, window_);
    if (!amount) {
      // Asked for again, a full refund is the same refund.
      const bool again = amount.error().slug == "already_refunded" && !request.wish.amount;
      const auto before = co_await data_.database().query(store::refund_of_order(order.id));
      if (again && !before.empty()) co_return store::decode_refund(before.rows.front());
      co_return std::unexpected(amount.error());
    }
    const Refund refund{.id = platform_.ids.next(),
                        .payment_id = payment.id,
                        .order_id = order.id,
                        .amount = *amount,
                        .relist = request.wish.relist,
                        .requested_by = request.wish.requested_by,
                        .created_at = now,
                        .retry_at = now + first_call_time_max};
    const bool stored = co_await store_new(payment, refund, request.idempotency_key);
    if (stored) co_return refund;
  }
  throw Unavailable("the payment changed too often while it was being refunded");
}

Task<Result<std::optional<Refund>>> Refunds::refund_of_key(const db::IdempotencyKey& key) {
  const auto known = co_await data_.database().query(keys_.find(key));
  if (known.empty()) co_return std::nullopt;
  const auto answer = db::IdempotencyKeys::decode(known.rows.front());
  if (answer.body_hash != key.body_hash) co_return refuse(db::key_reused());
  co_return co_await find(answer.entity_id);
}

// False when the payment changed meanwhile, or the key is taken.
Task<bool> Refunds::store_new(const Payment& payment, const Refund& refund,
                              const std::optional<db::IdempotencyKey>& key) {
  db::Transaction transaction{.contends_for = payment.order_id, .statements = {}};
  transaction.statements.push_back(store::set_aside(payment, refund, key));
  transaction.statements.push_back(store::insert_refund(refund));
  if (key) {
    transaction.statements.push_back(
        keys_.remember_with(*key, refund.id, 0, "", refund.created_at));
  }
  const auto results = co_await data_.database().commit(std::move(transaction));
  co_return results[1].affected == 1;
}

Task<> Refunds::drive() {
  const auto due =
      co_await data_.database().query(store::pending_refunds(platform_.clock.now(), drive_page));
  for (const db::Row& row : due.rows) {
    const std::string refund_id = store::decode_refund(row).id;
    if (in_step_.contains(refund_id)) continue;
    co_await stepping_.wait_below(steps_at_once_max);
    stepping_.spawn(step(refund_id, ""));
  }
  const auto count = co_await data_.database().query(store::count_pending_refunds());
  unfinished_.Set(static_cast<double>(count.rows.front().integer(0)));
}

Task<> Refunds::stop() { co_await stepping_.wait_below(1); }

Task<> Refunds::step(std::string refund_id, std::string traceparent) {
  if (!in_step_.insert(refund_id).second) co_return;
  struct Leave {
    std::unordered_set<std::string>& set;
    const std::string& id;
    ~Leave() { set.erase(id); }
  } leave{in_step_, refund_id};
  const auto refund = co_await find(refund_id);
  if (!refund || refund->status != RefundStatus::pending) co_return;
  if (refund->stripe_id) {  // made elsewhere, carried out already
    co_await succeed(*refund, *refund->stripe_id, traceparent);
    co_return;
  }
  const auto found = co_await payment_of(refund->payment_id);
  TICKETING_ASSERT(found.has_value());
  const RefundOutcome outcome =
      co_await gateway_.refund({.payment_id = refund->payment_id,
                                .refund_id = refund->id,
                                .stripe_id = found->payment.stripe_id.value_or(""),
                                .amount = refund->amount,
                                .idempotency_key = refund->id + "-refund",
                                .created_at = refund->created_at});
  if (const auto* done = std::get_if<Refunded>(&outcome)) {
    co_await succeed(*refund, done->stripe_id, traceparent);
  } else if (const auto* refused = std::get_if<Refused>(&outcome)) {
    co_await fail(*refund, refused->code);
  } else {
    db::Transaction transaction{.contends_for = refund->order_id, .statements = {}};
    transaction.statements.push_back(
        store::postpone_refund(refund->id, next_look(*refund, platform_.clock.now())));
    co_await data_.database().commit(std::move(transaction));
  }
}

Task<> Refunds::succeed(Refund refund, std::string stripe_id, const std::string& traceparent) {
  refund.status = RefundStatus::succeeded;
  refund.stripe_id = std::move(stripe_id);
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const auto found = co_await payment_of(refund.payment_id);
    TICKETING_ASSERT(found.has_value());
    const bus::Event event = data_.events().make(event_of(found->payment, refund), traceparent);
    db::Transaction transaction{.contends_for = refund.order_id, .statements = {}};
    transaction.statements.push_back(store::give_back(found->payment, refund, event.id));
    transaction.statements.push_back(store::settle_refund(refund, event.id));
    transaction.statements.push_back(data_.outbox().enqueue(event, refund.payment_id));
    const auto results = co_await data_.database().commit(std::move(transaction));
    if (results[1].affected == 1) {
      refunded_.Increment();
      data_.relay().committed(event, results.back());
      co_return;
    }
    const auto now = co_await find(refund.id);
    if (now->status != RefundStatus::pending) co_return;  // another replica was faster
  }
}

Task<> Refunds::fail(Refund refund, std::string code) {
  log::error("a refund was refused", {{"refund", refund.id}, {"code", code}});
  refund.status = RefundStatus::failed;
  refund.failure = std::move(code);
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const auto found = co_await payment_of(refund.payment_id);
    TICKETING_ASSERT(found.has_value());
    const std::string change_id = platform_.ids.next();
    db::Transaction transaction{.contends_for = refund.order_id, .statements = {}};
    transaction.statements.push_back(store::free_again(found->payment, refund, change_id));
    transaction.statements.push_back(store::settle_refund(refund, change_id));
    const auto results = co_await data_.database().commit(std::move(transaction));
    if (results[1].affected == 1) co_return;
    const auto now = co_await find(refund.id);
    if (now->status != RefundStatus::pending) co_return;
  }
}

Task<bool> Refunds::take_over(Payment payment) {
  if (payment.status != PaymentStatus::captured) co_return true;
  const RefundsOutcome outcome = co_await gateway_.refunds_of(payment.stripe_id.value_or(""));
  const auto* refunds = std::get_if<std::vector<GatewayRefund>>(&outcome);
  if (refunds == nullptr) co_return false;
  for (const GatewayRefund& known : *refunds) {
    if (!known.refund_id.empty() || !known.succeeded) continue;  // ours: its own step settles it
    const auto stored = co_await data_.database().query(store::refund_by_stripe_id(known.id));
    if (!stored.empty()) continue;
    const auto found = co_await payment_of(payment.id);
    const Timestamp now = platform_.clock.now();
    const Refund refund{.id = platform_.ids.next(),
                        .payment_id = payment.id,
                        .order_id = payment.order_id,
                        .amount = known.amount,
                        .requested_by = RefundRequester::gateway,
                        .stripe_id = known.id,
                        .created_at = now,
                        .retry_at = now};
    const bool is_new = co_await store_new(found->payment, refund, std::nullopt);
    if (!is_new) co_return false;
    co_await step(refund.id, "");
  }
  co_return true;
}

}  // namespace ticketing::payments
