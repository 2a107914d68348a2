#include "payments/operations.hpp"

#include "common/base/log.hpp"
#include "common/runtime/fresh_copy.hpp"
#include "contracts/payments_events.hpp"

namespace ticketing::payments {
namespace {

constexpr std::size_t steps_at_once_max = 64;
constexpr std::int64_t drive_page = 200;
// More are refused: the gateway is slower than the buyers.
constexpr std::size_t steps_max = 1'024;
// How long a buyer waits for the gateway, and then for orders to decide, before the answer is "not
// known yet".
constexpr Milliseconds answer_wait_max{8'000};
constexpr Milliseconds decision_wait_max{3'000};
// A stored attempt whose process died is taken up by drive() after this.
constexpr Milliseconds first_call_time_max{5'000};

// Where the card's owner confirms, a webhook tells; asking is the second line.
constexpr Milliseconds action_pause{5'000};

// One at a time works on a payment.
struct InStep {
  InStep(std::unordered_set<std::string>& payments, std::string payment_id)
      : set(payments), id(std::move(payment_id)) {
    TICKETING_ASSERT(set.insert(id).second);
  }
  ~InStep() { set.erase(id); }
  InStep(const InStep&) = delete;
  InStep& operator=(const InStep&) = delete;
  std::unordered_set<std::string>& set;
  const std::string id;
};

contracts::PaymentFacts facts(const Payment& payment) {
  return {.id = payment.id,
          .order_id = payment.order_id,
          .stripe_id = payment.stripe_id.value_or(""),
          .reason = payment.failure};
}

std::unexpected<Error> no_such_order() {
  return refuse(ErrorKind::not_found, "order_not_found", "There is no such order.");
}

Error gateway_unavailable() {
  return {.kind = ErrorKind::unavailable,
          .slug = "gateway_unavailable",
          .detail = std::string(decline_message("gateway_unavailable")),
          .fields = {},
          .retry_after = std::chrono::seconds{5}};
}

Error declined(const Payment& payment) {
  const std::string code = payment.failure.value_or("generic_decline");
  if (code == "gateway_unavailable") return gateway_unavailable();
  Error error{.kind = ErrorKind::invalid,
              .slug = "card_declined",
              .detail = std::string(decline_message(code))};
  error.fields.push_back({.message = error.detail, .field = "token"});
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
                                      "Payments whose outcome at the gateway is not known")),
      stray_charges_(platform.metrics.counter(
          "payments_stray_charges_total",
          "Charges found at the gateway for attempts that are over: a person has to look")) {}

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
  if (stepping_.running() >= steps_max) co_return refuse(gateway_unavailable());
  auto payment_id = co_await start_attempt(request, *order);
  if (!payment_id && payment_id.error().slug == "payment_in_progress") {
    const bool given_up = co_await give_up_waiting(order->id);
    if (given_up) payment_id = co_await start_attempt(request, *order);
  }
  if (!payment_id) co_return std::unexpected(payment_id.error());
  // The step goes on when the buyer has no more patience than we have.
  stepping_.spawn(step(*payment_id, request.traceparent, true));
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

// Until the gateway has answered and orders has decided about what is held; not longer than each
// may take.
Task<> Operations::await_decision(const std::string& order_id, const std::string& payment_id) {
  Signal changed(platform_.executor);
  const auto entry = awaiting_.emplace(order_id, &changed);
  struct Leave {
    std::unordered_multimap<std::string, Signal*>& waiting;
    std::unordered_multimap<std::string, Signal*>::iterator place;
    ~Leave() { waiting.erase(place); }
  } leave{awaiting_, entry};
  SteadyTime deadline = platform_.clock.steady_now() + answer_wait_max;
  bool is_held = false;
  while (platform_.clock.steady_now() < deadline) {
    const auto found = co_await find(payment_id);
    TICKETING_ASSERT(found.has_value());
    const PaymentStatus status = found->payment.status;
    if (status == PaymentStatus::authorized && !is_held) {
      is_held = true;
      deadline = std::min(deadline, platform_.clock.steady_now() + decision_wait_max);
    }
    const bool undecided =
        status == PaymentStatus::authorized && found->order.status == OrderStatus::created;
    if (status != PaymentStatus::authorizing && !undecided) co_return;
    // Another replica may hear of the decision, so look again now and then.
    co_await changed.wait_for(Milliseconds{250});
  }
}

void Operations::notify(const std::string& order_id) {
  const auto [first, last] = awaiting_.equal_range(order_id);
  for (auto at = first; at != last; ++at) at->second->notify();
}

Task<bus::Verdict> Operations::order_created(OrderCopy order) {
  db::Transaction transaction{.contends_for = order.id, .patience = db::follower_patience};
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
  notify(order_id);
  if (wake_) wake_();
  co_return bus::Verdict::done;
}

Task<> Operations::drive() {
  // Those that are being worked on are passed over, but take no room.
  const std::int64_t page = drive_page + std::ssize(in_step_);
  const auto due = co_await data_.database().query(store::unfinished(platform_.clock.now(), page));
  bool started = false;
  for (const db::Row& row : due.rows) {
    const std::string payment_id = store::decode_payment_and_order(row).payment.id;
    if (in_step_.contains(payment_id)) continue;
    co_await stepping_.wait_below(steps_at_once_max);
    stepping_.spawn(step(payment_id, "", false));
    started = true;
  }
  // A full page means that there is more.
  if (started && std::ssize(due.rows) == page && wake_) wake_();
  const auto counts = co_await data_.database().query(store::count_unfinished());
  unfinished_.Set(static_cast<double>(counts.rows.front().integer(0)));
  unknown_.Set(static_cast<double>(counts.rows.front().integer(1)));
}

Task<> Operations::stop() { co_await stepping_.wait_below(1); }

Task<> Operations::step(std::string payment_id, std::string traceparent, bool first_call) {
  if (in_step_.contains(payment_id)) co_return;
  const InStep in_step(in_step_, payment_id);
  const auto found = co_await find(payment_id);
  if (!found) co_return;
  co_await take_step(*found, traceparent, first_call);
  notify(found->order.id);
}

Task<> Operations::take_step(const store::PaymentAndOrder& found, const std::string& traceparent,
                             bool first_call) {
  switch (next_step(found.payment, found.order.status)) {
    case Step::authorize: co_await authorize(found.payment, traceparent, first_call); break;
    case Step::look_up: co_await look_up(found.payment, traceparent); break;
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
                                   .idempotency_key = payment.id + "-authorize",
                                   .created_at = payment.created_at});
  if (const auto* authorized = std::get_if<Authorized>(&outcome)) {
    co_await hold(payment, authorized->stripe_id, traceparent);
  } else if (const auto* action = std::get_if<RequiresAction>(&outcome)) {
    co_await await_action(payment, action->stripe_id, action->client_secret);
  } else if (const auto* declined = std::get_if<Declined>(&outcome)) {
    co_await decline(payment, declined->code);
  } else if (std::holds_alternative<NotSent>(outcome) && first_call) {
    co_await decline(payment, "gateway_unavailable");
  } else {
    log::warn("the gateway's answer is not known; it will be asked again",
              {{"payment", payment.id}});
    co_await save(postpone(payment, platform_.clock.now()), std::nullopt);
  }
}

Task<> Operations::hold(const Payment& payment, const std::string& stripe_id,
                        const std::string& traceparent) {
  Payment after = advance(payment, PaymentStatus::authorized, platform_.clock.now());
  after.stripe_id = stripe_id;
  co_await save(after, data_.events().make(contracts::PaymentCreated{facts(after)}, traceparent));
}

Task<> Operations::decline(const Payment& payment, const std::string& code) {
  Payment after = advance(payment, PaymentStatus::declined, platform_.clock.now());
  after.failure = code;
  co_await save(after, std::nullopt);
}

Task<> Operations::await_action(const Payment& payment, const std::string& stripe_id,
                                const std::string& client_secret) {
  const Timestamp now = platform_.clock.now();
  Payment after = advance(payment, PaymentStatus::requires_action, now);
  after.stripe_id = stripe_id;
  after.client_secret = client_secret;
  after.retry_at = now + action_pause;
  co_await save(after, std::nullopt);
}

// Ends an attempt that its card's owner has not confirmed, at the gateway first: with the secret
// that the browser has it could be confirmed later.
Task<> Operations::give_up(const Payment& payment, const std::string& code) {
  const ReleaseOutcome outcome =
      co_await gateway_.release(payment.stripe_id.value_or(""), payment.id + "-release");
  if (std::holds_alternative<Released>(outcome)) {
    co_await decline(payment, code);
  } else {
    co_await save(postpone(payment, platform_.clock.now()), std::nullopt);
  }
}

// Whether the order's attempt waited for its card's owner and does not any more.
Task<bool> Operations::give_up_waiting(const std::string& order_id) {
  const auto live = co_await data_.database().query(store::live_payment_of(order_id));
  if (live.empty()) co_return true;
  const Payment payment = store::decode_payment(live.rows.front());
  if (payment.status != PaymentStatus::requires_action || in_step_.contains(payment.id)) {
    co_return false;
  }
  const InStep in_step(in_step_, payment.id);
  co_await give_up(payment, "canceled");
  co_return true;
}

Task<> Operations::look_up(const Payment& payment, const std::string& traceparent) {
  const LookUpOutcome outcome = co_await gateway_.look_up(payment.stripe_id.value_or(""));
  const auto* intent = std::get_if<Intent>(&outcome);
  if (intent != nullptr && compare(payment, *intent) != Finding::none) {
    co_await take_over(payment, *intent, traceparent);
  } else {
    co_await save(postpone(payment, platform_.clock.now()), std::nullopt);
  }
}

Task<bool> Operations::observe(std::string payment_id, Intent intent) {
  if (in_step_.contains(payment_id)) co_return false;
  const InStep in_step(in_step_, payment_id);
  const auto found = co_await find(payment_id);
  if (!found) co_return true;
  if (intent.amount != found->payment.amount) {
    log::error("the gateway's amount is not ours",
               {{"payment", payment_id}, {"intent", intent.id}});
    co_return true;
  }
  co_await take_over(found->payment, intent, "");
  notify(found->order.id);
  if (wake_) wake_();
  co_return true;
}

Task<> Operations::take_over(const Payment& payment, const Intent& intent,
                             const std::string& traceparent) {
  const std::string code = intent.failure.empty() ? "authentication_required" : intent.failure;
  switch (compare(payment, intent)) {
    case Finding::none: break;
    case Finding::authorized: co_await hold(payment, intent.id, traceparent); break;
    case Finding::requires_action:
      co_await await_action(payment, intent.id, intent.client_secret);
      break;
    case Finding::declined: co_await decline(payment, code); break;
    case Finding::give_up: co_await give_up(payment, code); break;
    case Finding::release: {
      const ReleaseOutcome outcome = co_await gateway_.release(intent.id, payment.id + "-stray");
      if (!std::holds_alternative<Released>(outcome)) {
        log::error("the gateway holds an amount for an attempt that is over",
                   {{"payment", payment.id}, {"intent", intent.id}});
      }
      break;
    }
    case Finding::stray_charge:
      stray_charges_.Increment();
      log::error("the gateway took money for an attempt that is over",
                 {{"payment", payment.id}, {"intent", intent.id}});
      break;
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
  const auto results = co_await data_.database().commit(std::move(transaction));
  if (event) data_.relay().committed(*event, results.back());
}

}  // namespace ticketing::payments
