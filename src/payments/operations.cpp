#include "payments/operations.hpp"

#include "common/base/log.hpp"
#include "common/runtime/fresh_copy.hpp"
#include "contracts/payments_events.hpp"

namespace ticketing::payments {
namespace {

constexpr std::size_t steps_at_once_max = 64;
constexpr std::int64_t drive_page = 200;
// How long a buyer waits for orders to decide before the answer is "not known yet".
constexpr Milliseconds decision_wait_max{3'000};
// A stored attempt whose process died is taken up by drive() after this.
constexpr Milliseconds first_call_time_max{5'000};

contracts::PaymentFacts facts(const Payment& payment) {
  return {.id = payment.id,
          .order_id = payment.order_id,
          .stripe_id = payment.stripe_id.value_or(""),
          .reason = payment.failure};
}

std::unexpected<Error> no_such_order() {
  return refuse(ErrorKind::not_found, "order_not_found", "There is no such order.");
}

Error declined(const Payment& payment) {
  const std::string code = payment.failure.value_or("generic_decline");
  Error error{.kind = ErrorKind::invalid,
              .slug = "card_declined",
              .detail = std::string(decline_message(code))};
  if (code == "gateway_unavailable") {
    error.kind = ErrorKind::unavailable;
    error.slug = code;
    error.retry_after = std::chrono::seconds{5};
  } else {
    error.fields.push_back({.message = error.detail, .field = "token"});
  }
  return error;
}

}  // namespace

Operations::Operations(runtime::Platform& platform, runtime::OwnedData& data,
                       const db::IdempotencyKeys& idempotency_keys, PaymentGateway& gateway)
    : platform_(platform),
      data_(data),
      idempotency_keys_(idempotency_keys),
      gateway_(gateway),
      stepping_(platform.executor, "payment step"),
      unfinished_(platform.metrics.gauge("payments_unfinished",
                                         "Payments that are neither taken, refused nor released")),
      unknown_(platform.metrics.gauge("payments_unknown",
                                      "Payments whose outcome at the gateway is not known")) {}

Task<std::optional<OrderCopy>> Operations::find_order(const std::string& order_id) {
  const auto result = co_await data_.database().query(store::order_by_id(order_id));
  if (result.empty()) co_return std::nullopt;
  co_return store::decode_order(result.rows.front());
}

Task<std::optional<store::PaymentAndOrder>> Operations::find(const std::string& payment_id) {
  const auto result = co_await data_.database().query(store::payment_and_order(payment_id));
  if (result.empty()) co_return std::nullopt;
  co_return store::decode_payment_and_order(result.rows.front());
}

Task<Result<PayAnswer>> Operations::pay(PayRequest request) {
  const auto order = co_await runtime::await_copy(platform_, request.order_id,
                                                  [&] { return find_order(request.order_id); });
  if (!order) co_return no_such_order();
  if (const auto payable = check_payable(*order, request.user_id, platform_.clock.now());
      !payable) {
    co_return std::unexpected(payable.error());
  }
  const auto payment_id = co_await start_attempt(request, *order);
  if (!payment_id) co_return std::unexpected(payment_id.error());
  co_await step(*payment_id, request.traceparent, true);
  co_await await_decision(request.order_id, *payment_id);
  co_return co_await answer_of(*payment_id);
}

Task<Result<std::string>> Operations::start_attempt(const PayRequest& request,
                                                    const OrderCopy& order) {
  const Timestamp now = platform_.clock.now();
  const Payment payment{.id = platform_.ids.next(),
                        .order_id = order.id,
                        .user_id = request.user_id,
                        .amount = order.price,
                        .source = request.source,
                        .created_at = now,
                        .retry_at = now + first_call_time_max};
  db::Transaction transaction{.contends_for = order.id, .statements = {}};
  transaction.statements.push_back(store::insert_payment(payment));
  if (request.idempotency_key) {
    // Status 0: the answer is decided later and read off the payment until then.
    transaction.statements.push_back(
        idempotency_keys_.remember_with(*request.idempotency_key, payment.id, 0, "", now));
  }
  const auto results = co_await data_.database().commit(std::move(transaction));
  if (results[0].affected == 1) co_return payment.id;

  // The order went another way, or has an attempt that may still take money.
  const auto present = co_await find_order(order.id);
  if (!present) co_return no_such_order();
  const auto payable = check_payable(*present, request.user_id, platform_.clock.now());
  if (!payable) co_return std::unexpected(payable.error());
  co_return refuse(ErrorKind::invalid, "payment_in_progress",
                   "A payment for this order is under way.");
}

Task<Result<PayAnswer>> Operations::answer_of(std::string payment_id) {
  const auto found = co_await find(payment_id);
  TICKETING_ASSERT(found.has_value());
  const auto& [payment, order] = *found;
  switch (payment.status) {
    case PaymentStatus::declined: co_return refuse(declined(payment));
    case PaymentStatus::captured: co_return PayAnswer{.payment_id = payment.id, .decided = true};
    case PaymentStatus::voided:
    case PaymentStatus::failed: co_return refuse(cancelled_error(order));
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

// Until orders has decided about an authorised payment; not longer than decision_wait_max.
Task<> Operations::await_decision(const std::string& order_id, const std::string& payment_id) {
  Signal decided(platform_.executor);
  const auto entry = awaiting_.emplace(order_id, &decided);
  struct Leave {
    std::unordered_multimap<std::string, Signal*>& waiting;
    std::unordered_multimap<std::string, Signal*>::iterator place;
    ~Leave() { waiting.erase(place); }
  } leave{awaiting_, entry};
  const SteadyTime deadline = platform_.clock.steady_now() + decision_wait_max;
  while (platform_.clock.steady_now() < deadline) {
    const auto found = co_await find(payment_id);
    TICKETING_ASSERT(found.has_value());
    if (found->payment.status != PaymentStatus::authorized ||
        found->order.status != OrderStatus::created)
      co_return;
    // Another replica may hear of the decision, so look again now and then.
    co_await decided.wait_for(Milliseconds{250});
  }
}

Task<bus::Verdict> Operations::order_created(OrderCopy order) {
  db::Transaction transaction{.contends_for = order.id, .statements = {}};
  transaction.statements.push_back(store::insert_order(order));
  co_await data_.database().commit(std::move(transaction));
  co_return bus::Verdict::done;
}

Task<bus::Verdict> Operations::order_ended(std::string order_id, std::int64_t version,
                                           OrderStatus status, std::optional<std::string> reason) {
  db::Transaction transaction{.contends_for = order_id, .statements = {}};
  transaction.statements.push_back(store::update_order(order_id, version, status, reason));
  transaction.statements.push_back(store::order_version(order_id));
  const auto results = co_await data_.database().commit(std::move(transaction));
  const db::Row* row = results[1].first();
  if (row == nullptr || row->integer(0) < version) co_return bus::Verdict::put_back;
  const auto [first, last] = awaiting_.equal_range(order_id);
  for (auto at = first; at != last; ++at) at->second->notify();
  if (wake_) wake_();
  co_return bus::Verdict::done;
}

Task<> Operations::drive() {
  const auto due =
      co_await data_.database().query(store::unfinished(platform_.clock.now(), drive_page));
  for (const db::Row& row : due.rows) {
    const std::string payment_id = store::decode_payment_and_order(row).payment.id;
    if (in_step_.contains(payment_id)) continue;
    co_await stepping_.wait_below(steps_at_once_max);
    stepping_.spawn(step(payment_id, "", false));
  }
  // A full page means that there is more.
  if (std::ssize(due.rows) == drive_page && wake_) wake_();
}

Task<> Operations::stop() { co_await stepping_.wait_below(1); }

Task<> Operations::step(std::string payment_id, std::string traceparent, bool first_call) {
  if (!in_step_.insert(payment_id).second) co_return;
  struct Leave {
    std::unordered_set<std::string>& set;
    const std::string& id;
    ~Leave() { set.erase(id); }
  } leave{in_step_, payment_id};
  const auto found = co_await find(payment_id);
  if (found) co_await take_step(*found, traceparent, first_call);
}

Task<> Operations::take_step(const store::PaymentAndOrder& found, const std::string& traceparent,
                             bool first_call) {
  switch (next_step(found.payment, found.order.status)) {
    case Step::authorize: co_await authorize(found.payment, traceparent, first_call); break;
    case Step::capture: co_await capture(found.payment, traceparent); break;
    case Step::release: co_await release(found.payment, traceparent); break;
    case Step::none: break;
  }
}

Task<> Operations::authorize(const Payment& payment, const std::string& traceparent,
                             bool first_call) {
  const AuthorizeOutcome outcome =
      co_await gateway_.authorize({.payment_id = payment.id,
                                   .order_id = payment.order_id,
                                   .source = payment.source,
                                   .amount = payment.amount,
                                   .idempotency_key = payment.id + "-authorize"});
  const Timestamp now = platform_.clock.now();
  if (const auto* authorized = std::get_if<Authorized>(&outcome)) {
    Payment after = advance(payment, PaymentStatus::authorized, now);
    after.stripe_id = authorized->stripe_id;
    co_await save(after, data_.events().make(contracts::PaymentCreated{facts(after)}, traceparent));
  } else if (const auto* declined = std::get_if<Declined>(&outcome)) {
    Payment after = advance(payment, PaymentStatus::declined, now);
    after.failure = declined->code;
    co_await save(after, std::nullopt);
  } else if (std::holds_alternative<NotSent>(outcome) && first_call) {
    Payment after = advance(payment, PaymentStatus::declined, now);
    after.failure = "gateway_unavailable";
    co_await save(after, std::nullopt);
  } else {
    log::warn("the gateway's answer is not known; it will be asked again",
              {{"payment", payment.id}});
    co_await save(postpone(payment, now), std::nullopt);
  }
}

Task<> Operations::capture(const Payment& payment, const std::string& traceparent) {
  const CaptureOutcome outcome =
      co_await gateway_.capture(payment.stripe_id.value_or(""), payment.id + "-capture");
  const Timestamp now = platform_.clock.now();
  if (std::holds_alternative<Captured>(outcome)) {
    const Payment after = advance(payment, PaymentStatus::captured, now);
    co_await save(after,
                  data_.events().make(contracts::PaymentCaptured{facts(after)}, traceparent));
  } else if (const auto* refused = std::get_if<Refused>(&outcome)) {
    Payment after = advance(payment, PaymentStatus::failed, now);
    after.failure = refused->code;
    log::error("a payment could not be captured",
               {{"payment", payment.id}, {"code", refused->code}});
    co_await save(after, data_.events().make(contracts::PaymentFailed{facts(after)}, traceparent));
  } else {
    co_await save(postpone(payment, now), std::nullopt);
  }
}

Task<> Operations::release(const Payment& payment, const std::string& traceparent) {
  const ReleaseOutcome outcome =
      co_await gateway_.release(payment.stripe_id.value_or(""), payment.id + "-release");
  const Timestamp now = platform_.clock.now();
  if (std::holds_alternative<Released>(outcome)) {
    const Payment after = advance(payment, PaymentStatus::voided, now);
    co_await save(after, data_.events().make(contracts::PaymentVoided{facts(after)}, traceparent));
  } else {
    if (const auto* refused = std::get_if<Refused>(&outcome)) {
      log::error("a payment could not be released",
                 {{"payment", payment.id}, {"code", refused->code}});
    }
    co_await save(postpone(payment, now), std::nullopt);
  }
}

// Writes a changed payment, with the event that tells of it if there is one. When another replica
// was faster nothing is written: the gateway's answer is the same there.
Task<> Operations::save(const Payment& after, const std::optional<bus::Event>& event) {
  db::Transaction transaction{.contends_for = after.order_id, .statements = {}};
  transaction.statements.push_back(
      store::update_payment(after, event ? event->id : platform_.ids.next()));
  if (event) transaction.statements.push_back(data_.outbox().enqueue(*event, after.id));
  co_await data_.database().commit(std::move(transaction));
  data_.relay().wake();
}

}  // namespace ticketing::payments
