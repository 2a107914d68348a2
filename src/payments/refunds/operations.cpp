#include "payments/refunds/operations.hpp"

#include <algorithm>

#include "common/base/backoff.hpp"
#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"
#include "contracts/codes.hpp"
#include "payments/attempts/store.hpp"
#include "payments/refunds/changes.hpp"
#include "payments/refunds/refund_events.hpp"
#include "payments/refunds/store.hpp"

namespace ticketing::payments::refunds {
namespace {

// How long a request waits altogether, less than a server lets a handler run; how long of it for
// delivery's answer; and its pauses between two looks.
constexpr Milliseconds wait_max{9'000};
constexpr Milliseconds release_wait_max{3'000};
constexpr Backoff look_backoff{.shortest = Milliseconds{5}, .longest = Milliseconds{250}};
// How long a request waits for the capture of a payment whose order was completed a moment ago.
constexpr Milliseconds capture_wait_max{3'000};
// After this, process_due() takes over a stored refund: its process may have died.
constexpr Milliseconds first_call_time_max{30'000};
// Why a gateway refuses, for example a dispute or too little balance, may be over after a while.
constexpr Backoff overdue_backoff{.shortest = std::chrono::minutes{10},
                                  .longest = std::chrono::hours{24}};
constexpr std::chrono::days overdue_tried_for{30};
constexpr std::int64_t overdue_page = 100;

std::unexpected<Error> no_such_order() {
  return refuse(ErrorKind::not_found, slugs::order_not_found, "There is no such order.");
}

std::unexpected<Error> not_your_order() {
  return refuse(ErrorKind::unauthenticated, slugs::not_your_order,
                "Only its buyer may see what can be refunded of an order.");
}

}  // namespace

Operations::Operations(runtime::Platform& platform, runtime::OwnedData& data, Steps& steps,
                       std::chrono::seconds window)
    : platform_(platform),
      data_(data),
      steps_(steps),
      window_(window),
      keys_("refunds"),
      overdue_(platform.metrics.gauge(
          "refunds_overdue", "Orders whose tickets were not given in time, with money to go back")),
      given_up_(platform.metrics.counter("refunds_overdue_given_up_total",
                                         "Of those: left to operators after thirty days")) {}

// Refunds are never deleted, and this asks for known ones only.
Task<Refund> Operations::find(const std::string& refund_id) {
  const auto result = co_await data_.database().query(store::refund_by_id(refund_id));
  TICKETING_ASSERT(!result.empty());
  co_return result.rows.front().as<Refund>();
}

Task<Result<Refund>> Operations::refund(RefundRequest request) {
  const SteadyTime deadline = platform_.clock.steady_now() + wait_max;
  co_await await_capture(request);
  const auto stored = co_await store_refund(request);
  if (!stored) co_return std::unexpected(stored.error());
  if (stored->status == RefundStatus::pending) steps_.begin(stored->id);
  co_await await_answer(stored->id, deadline);
  co_return co_await answer_of(stored->id);
}

// A buyer may be faster than the capture, which follows the completion of the order.
Task<> Operations::await_capture(const RefundRequest& request) {
  const SteadyTime deadline = platform_.clock.steady_now() + capture_wait_max;
  for (Milliseconds pause = look_backoff.shortest;; pause = look_backoff.next(pause)) {
    const auto found =
        co_await data_.database().query(attempts::store::payment_of_order(request.order_id));
    if (found.empty()) co_return;
    const auto [payment, order] = found.rows.front().as<attempts::PaymentAndOrder>();
    if (!is_being_captured(payment, order) || !may_refund(order, request.terms)) co_return;
    if (platform_.clock.steady_now() >= deadline) {
      throw Unavailable("the payment of order " + order.id + " is not captured yet");
    }
    co_await platform_.timers.sleep_for(pause);
  }
}

Task<> Operations::await_answer(const std::string& refund_id, SteadyTime deadline) {
  const SteadyTime released_by = platform_.clock.steady_now() + release_wait_max;
  for (Milliseconds pause = look_backoff.shortest;; pause = look_backoff.next(pause)) {
    const Refund refund = co_await find(refund_id);
    const bool is_asked = refund.status == RefundStatus::asked;
    const SteadyTime until = is_asked ? std::min(released_by, deadline) : deadline;
    if (is_over(refund) || platform_.clock.steady_now() >= until) co_return;
    co_await platform_.timers.sleep_for(pause);
  }
}

Task<Result<Refund>> Operations::answer_of(std::string refund_id) {
  Refund refund = co_await find(refund_id);
  if (refund.status == RefundStatus::failed) {
    if (refund.failure == failed_by_reveal) co_return refuse(revealed_error());
    if (refund.failure == failed_by_resale) co_return refuse(resold_error());
    co_return refuse(ErrorKind::invalid, slugs::refund_refused, "The refund was refused.");
  }
  co_return refund;
}

Task<Result<Refundable>> Operations::refundable(std::string order_id, std::string user_id) {
  const auto copies = co_await data_.database().query(attempts::store::order_by_id(order_id));
  if (copies.empty()) co_return no_such_order();
  const OrderCopy order = copies.rows.front().as<attempts::OrderCopy>();
  if (order.user_id != user_id) co_return not_your_order();
  const auto found = co_await data_.database().query(attempts::store::payment_of_order(order_id));
  if (found.empty()) co_return Refundable{};
  const auto [payment, same_order] = found.rows.front().as<attempts::PaymentAndOrder>();
  const bool revealed = co_await is_revealed(order_id);
  co_return refundable_of(payment, order, platform_.clock.now(), window_, revealed);
}

Task<bool> Operations::is_revealed(const std::string& order_id) {
  const auto counted = co_await data_.database().query(store::count_reveals(order_id));
  co_return counted.first()->integer("count") > 0;
}

Task<bus::Verdict> Operations::ticket_overdue(std::string order_id) {
  const Timestamp now = platform_.clock.now();
  const OverdueOrder order{
      .id = order_id, .told_at = now, .retry_at = now + overdue_backoff.shortest};
  co_await write(order_id, store::insert_overdue(order));
  // News that come again find a refund, unless the database failed before that was stored.
  const auto resting = co_await data_.database().query(store::resting_overdue(order_id, now));
  if (resting.empty()) co_await refund_rest(order_id);
  co_return bus::Verdict::done;
}

// No request waits for it: the answers of delivery and of the gateway carry it on, and the sweep.
Task<> Operations::refund_rest(const std::string& order_id) {
  const auto stored =
      co_await store_refund({.order_id = order_id,
                             .terms = {.requested_by = RefundRequester::delivery, .user_id = ""},
                             .idempotency_key = std::nullopt});
  if (stored) co_return;
  log::warn("an overdue order is not refunded",
            {{"order", order_id}, {"why", stored.error().detail}});
  // The buyer has the ticket.
  if (stored.error().slug == slugs::ticket_revealed)
    co_await write(order_id, store::forget_overdue(order_id));
}

Task<> Operations::refund_overdue() {
  co_await write("overdue", store::forget_paid_back());
  const auto due =
      co_await data_.database().query(store::due_overdue(platform_.clock.now(), overdue_page));
  for (const db::Row& row : due.rows) co_await try_again(row.as<OverdueOrder>());
  const auto counted = co_await data_.database().query(store::count_overdue());
  overdue_.Set(static_cast<double>(counted.first()->integer("count")));
}

Task<> Operations::try_again(const OverdueOrder& order) {
  const Timestamp now = platform_.clock.now();
  const Milliseconds age = now - order.told_at;
  if (age >= overdue_tried_for) {
    log::error("an overdue order cannot be refunded and is given up", {{"order", order.id}});
    given_up_.Increment();
    co_await write(order.id, store::give_up_overdue(order.id, now));
    co_return;
  }
  co_await write(order.id, store::postpone_overdue(order.id, now + overdue_backoff.for_age(age)));
  co_await refund_rest(order.id);
}

Task<> Operations::write(const std::string& order_id, db::Statement statement) {
  db::Transaction transaction{.contends_for = order_id, .statements = {}};
  transaction.statements.push_back(std::move(statement));
  co_await data_.database().commit(std::move(transaction));
}

Task<bus::Verdict> Operations::ticket_released(std::string refund_id) {
  const Timestamp now = platform_.clock.now();
  const bool has_begun = co_await runtime::commit(
      data_, {.contends_for = refund_id,
              .write = store::begin_refund(refund_id, now, now + first_call_time_max)});
  if (has_begun) steps_.begin(std::move(refund_id));
  co_return bus::Verdict::done;
}

Task<bus::Verdict> Operations::ticket_revealed(std::string order_id, Timestamp revealed_at) {
  co_await write(order_id, store::insert_reveal(order_id, revealed_at));
  const auto asked = co_await data_.database().query(store::asked_refunds_of(order_id));
  for (const db::Row& row : asked.rows) {
    auto refund = row.as<Refund>();
    if (outlasts_reveal(refund)) {
      co_await ticket_released(refund.id);
    } else {
      co_await steps_.fail(std::move(refund), RefundStatus::asked, std::string(failed_by_reveal));
    }
  }
  co_return bus::Verdict::done;
}

// A dispute asks, too, and is no refund.
Task<bus::Verdict> Operations::ticket_resold(std::string refund_id) {
  const auto found = co_await data_.database().query(store::refund_by_id(refund_id));
  if (found.empty()) co_return bus::Verdict::done;
  auto refund = found.rows.front().as<Refund>();
  if (refund.status == RefundStatus::asked)
    co_await steps_.fail(std::move(refund), RefundStatus::asked, std::string(failed_by_resale));
  co_return bus::Verdict::done;
}

Task<Result<Refund>> Operations::store_refund(const RefundRequest& request) {
  co_return co_await runtime::change(
      data_, [&] { return read(request); },
      [&](const Findings& findings) { return decide(request, findings); });
}

Task<Operations::Findings> Operations::read(const RefundRequest& request) {
  Findings findings;
  // Another request with the key may have been faster.
  if (request.idempotency_key) findings.of_key = co_await refund_of_key(*request.idempotency_key);
  const auto orders =
      co_await data_.database().query(attempts::store::order_by_id(request.order_id));
  if (!orders.empty()) findings.order = orders.rows.front().as<attempts::OrderCopy>();
  const auto payments =
      co_await data_.database().query(attempts::store::payment_of_order(request.order_id));
  if (!payments.empty()) {
    findings.payment = payments.rows.front().as<attempts::PaymentAndOrder>().payment;
  }
  const auto refunds = co_await data_.database().query(store::refund_of_order(request.order_id));
  if (!refunds.empty()) findings.newest = refunds.rows.front().as<Refund>();
  const auto counted = co_await data_.database().query(store::count_refunds(findings.payment.id));
  findings.before = {.count = counted.rows.front().integer("count"),
                     .is_revealed = co_await is_revealed(request.order_id)};
  co_return findings;
}

Result<runtime::Decision<Refund>> Operations::decide(const RefundRequest& request,
                                                     const Findings& findings) const {
  if (!findings.of_key) return std::unexpected(findings.of_key.error());
  if (*findings.of_key) return runtime::unchanged(**findings.of_key);
  if (!findings.order) return no_such_order();
  const Timestamp now = platform_.clock.now();
  const auto amount =
      check_refund(findings.payment, *findings.order, request.terms, now, window_, findings.before);
  if (!amount) {
    // A full refund that is asked for again is the same refund.
    const bool again = amount.error().slug == slugs::already_refunded && !request.terms.amount;
    if (again && findings.newest) return runtime::unchanged(*findings.newest);
    return std::unexpected(amount.error());
  }
  const Refund refund{.id = platform_.ids.next(),
                      .payment_id = findings.payment.id,
                      .order_id = findings.order->id,
                      .amount = *amount,
                      .relist = request.terms.relist,
                      .requested_by = request.terms.requested_by,
                      .created_at = now,
                      .retry_at = now + first_call_time_max,
                      .reason = request.terms.reason};
  runtime::Change change = reserve(findings.payment, refund, request.idempotency_key,
                                   data_.events().make(requested_event(refund, *findings.order)));
  if (request.idempotency_key) {
    change.also.push_back(keys_.remember_with(*request.idempotency_key, refund.id, 0, "", now));
  }
  return runtime::changed(refund, std::move(change));
}

Task<Result<std::optional<Refund>>> Operations::refund_of_key(const db::IdempotencyKey& key) {
  const auto known = co_await data_.database().query(keys_.find(key));
  if (known.empty()) co_return std::nullopt;
  const auto answer = known.rows.front().as<db::RememberedAnswer>();
  if (answer.body_hash != key.body_hash) co_return refuse(db::key_reused());
  const auto refund = co_await data_.database().query(store::refund_by_id(answer.entity_id));
  if (refund.empty()) co_return std::nullopt;
  co_return refund.rows.front().as<Refund>();
}

}  // namespace ticketing::payments::refunds
