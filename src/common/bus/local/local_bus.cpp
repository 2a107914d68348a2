#include "common/bus/local/local_bus.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <optional>

#include "common/base/log.hpp"
#include "common/bus/traced_delivery.hpp"

namespace ticketing::bus {
namespace {

// Rests are slept in slices, so that stop() need not wait for a long one.
constexpr Milliseconds rest_slice{100};
constexpr Milliseconds reorder_max{5};

}  // namespace

struct LocalBus::Subscriber {
  Subscription subscription;
  DeliveryCounts counts;
  std::size_t running = 0;
  std::size_t resting = 0;
  std::deque<Resume<bool>> waiting{};
};

// The deliveries of one event that run beside the first; the publisher waits for all.
struct LocalBus::ParallelDeliveries {
  std::size_t left;
  bool all_done = true;
  std::optional<Resume<bool>> publisher{};
};

// Counts a call of publish or replay, which stop() waits for.
struct LocalBus::ActiveCall {
  explicit ActiveCall(LocalBus& b) : bus(b) { ++bus.active_calls_; }
  ~ActiveCall() {
    --bus.active_calls_;
    if (!bus.running_) bus.call_ended_.notify();
  }
  ActiveCall(const ActiveCall&) = delete;
  ActiveCall& operator=(const ActiveCall&) = delete;
  LocalBus& bus;
};

LocalBus::LocalBus(const Executor& executor, const Clock& clock, Timers& timers,
                   db::Database& dead_letters, LocalBusFaults faults, DeliveryPolicy policy)
    : executor_(executor),
      clock_(clock),
      timers_(timers),
      dead_letters_(dead_letters),
      faults_(faults),
      policy_(policy),
      delays_(faults.random != nullptr && (faults.reorder || faults.delay_max > Milliseconds{0})),
      deliveries_(executor, "local bus"),
      call_ended_(executor) {}

LocalBus::~LocalBus() = default;

void LocalBus::subscribe(Subscription subscription) {
  TICKETING_ASSERT(!started_);
  auto made = std::make_unique<Subscriber>();
  made->counts = {.consumer = subscription.consumer, .subject = subscription.subject};
  made->subscription = std::move(subscription);
  TICKETING_ASSERT(find(made->counts.consumer, made->counts.subject) == nullptr);
  by_subject_[made->counts.subject].push_back(made.get());
  subscribers_.push_back(std::move(made));
}

void LocalBus::start() {
  started_ = true;
  started_at_ = clock_.now();
  running_ = true;
}

Task<> LocalBus::stop() {
  running_ = false;
  while (active_calls_ > 0) co_await call_ended_.wait_for(Milliseconds{1000});
}

void LocalBus::observe(std::string subject, std::function<void(const Event&)> observer) {
  TICKETING_ASSERT(!started_);
  observers_[std::move(subject)].push_back(std::move(observer));
}

Task<> LocalBus::publish(const Event& event) {
  if (!running_) throw Unavailable("the event bus is not running");
  if (const auto watched = observers_.find(event.subject); watched != observers_.end()) {
    for (const auto& observer : watched->second) observer(event);
  }
  const auto found = by_subject_.find(event.subject);
  if (found == by_subject_.end()) co_return;
  const ActiveCall active(*this);
  const std::vector<Subscriber*>& listeners = found->second;
  ParallelDeliveries parallel{.left = listeners.size() - 1};
  for (std::size_t i = 1; i < listeners.size(); ++i) {
    deliveries_.spawn(deliver_beside(*listeners[i], event, parallel));
  }
  bool all_done = co_await deliver(*listeners.front(), event);
  if (parallel.left > 0) {
    co_await suspend<bool>(executor_, [&parallel](Resume<bool> resume) {
      parallel.publisher.emplace(std::move(resume));
    });
  }
  all_done = all_done && parallel.all_done;
  if (!all_done) throw Unavailable("the event bus stopped before every listener was done");
}

Task<> LocalBus::deliver_beside(Subscriber& subscriber, const Event& event,
                                ParallelDeliveries& parallel) {
  const bool done = co_await deliver(subscriber, event);
  parallel.all_done = parallel.all_done && done;
  if (--parallel.left > 0 || !parallel.publisher) co_return;
  // `parallel` and `event` are gone once the publisher goes on.
  asio::post(executor_,
             [publisher = std::move(*parallel.publisher)]() mutable { publisher(true); });
}

// Until the listener is done with the event, or it is a dead letter; false when the bus stops.
// Holds no place among the running handlers while it rests, so a predecessor can overtake.
Task<bool> LocalBus::deliver(Subscriber& subscriber, const Event& event) {
  DeliveryHistory history;
  bool duplicated = false;
  for (;;) {
    if (delays_) co_await inject_faults();
    const std::optional<DeliveryEnd> end = co_await attempt(subscriber, event);
    if (!end) co_return false;
    if (end->kind == DeliveryEnd::Kind::done) {
      if (!std::exchange(duplicated, true) && is_duplicated()) continue;
      count(subscriber.counts, *end, nullptr);
      co_return true;
    }
    const NextDelivery next = history.next(policy_, *end, clock_.steady_now());
    count(subscriber.counts, *end, &next);
    if (next.given_up && co_await give_up(subscriber, event, *next.given_up)) co_return true;
    ++subscriber.resting;
    co_await rest(next.pause);
    --subscriber.resting;
  }
}

// Nothing when the bus stops.
Task<std::optional<DeliveryEnd>> LocalBus::attempt(Subscriber& subscriber, const Event& event) {
  if (subscriber.running < handlers_max) {
    ++subscriber.running;
  } else {
    co_await suspend<bool>(executor_, [&subscriber](Resume<bool> resume) {
      subscriber.waiting.push_back(std::move(resume));
    });
  }
  std::optional<DeliveryEnd> end;
  if (running_) end = co_await deliver_traced(subscriber.subscription, event);
  if (subscriber.waiting.empty()) {
    --subscriber.running;
  } else {  // the place goes to the next one
    asio::post(executor_, [next = std::move(subscriber.waiting.front())]() mutable { next(true); });
    subscriber.waiting.pop_front();
  }
  co_return end;
}

// False when the dead letter could not be stored: then the event must not be given up yet.
Task<bool> LocalBus::give_up(Subscriber& subscriber, const Event& event,
                             const std::string& reason) {
  const trace::Scope scope(event.context);
  const std::string& consumer = subscriber.counts.consumer;
  db::Transaction transaction;
  transaction.statements.push_back(store_dead_letter(
      {.consumer = consumer, .event = event, .reason = reason, .failed_at = clock_.now()}));
  try {
    co_await dead_letters_.commit(std::move(transaction));
  } catch (const std::exception& error) {
    log::error("cannot store a dead letter", {{"consumer", consumer}, {"error", error.what()}});
    co_return false;
  }
  ++subscriber.counts.dead_letters;
  log::error("event became a dead letter", {{"consumer", consumer},
                                            {"subject", event.subject},
                                            {"event", event.id},
                                            {"reason", reason}});
  co_return true;
}

Task<> LocalBus::rest(Milliseconds length) {
  while (running_ && length > Milliseconds{0}) {
    const Milliseconds slice = std::min(length, rest_slice);
    co_await timers_.sleep_for(slice);
    length -= slice;
  }
}

Task<> LocalBus::inject_faults() {
  const auto up_to = [this](Milliseconds max) {
    return Milliseconds{faults_.random->below(static_cast<std::uint64_t>(max.count()) + 1)};
  };
  Milliseconds delay = up_to(faults_.delay_max);
  if (faults_.reorder && faults_.random->below(2) == 0) delay += up_to(reorder_max);
  co_await rest(delay);
}

bool LocalBus::is_duplicated() {
  return faults_.random != nullptr &&
         faults_.random->below(100) < static_cast<std::uint64_t>(faults_.duplicate_percent);
}

LocalBus::Subscriber* LocalBus::find(const std::string& consumer,
                                     const std::string& subject) const {
  for (const auto& subscriber : subscribers_) {
    const DeliveryCounts& counts = subscriber->counts;
    if (counts.consumer == consumer && counts.subject == subject) return subscriber.get();
  }
  return nullptr;
}

// All that was published before counts as one message, which the bus has dropped.
std::vector<ConsumerPosition> LocalBus::positions() const {
  std::vector<ConsumerPosition> all;
  if (!has_older_events_) return all;
  for (const auto& subscriber : subscribers_) {
    all.push_back({.consumer = subscriber->counts.consumer,
                   .subject = subscriber->counts.subject,
                   .first = *has_older_events_ ? 2 : 1,
                   .last = 1,
                   .acknowledged = 1,
                   .is_new = true,
                   .looked_at = started_at_});
  }
  return all;
}

std::vector<DeliveryCounts> LocalBus::counts() const {
  std::vector<DeliveryCounts> all;
  for (const auto& subscriber : subscribers_) {
    DeliveryCounts counts = subscriber->counts;
    counts.pending = subscriber->running + subscriber->waiting.size() + subscriber->resting;
    all.push_back(std::move(counts));
  }
  return all;
}

Task<std::vector<DeadLetter>> LocalBus::list_dead_letters(std::int64_t limit) {
  const db::StatementResult found = co_await dead_letters_.query(bus::list_dead_letters(limit));
  std::vector<DeadLetter> letters;
  for (const db::Row& row : found.rows) letters.push_back(decode_dead_letter(row));
  co_return letters;
}

Task<> LocalBus::forget_dead_letters(std::vector<std::string_view> subjects, std::string text) {
  db::Transaction forget;
  for (const std::string_view subject : subjects)
    forget.statements.push_back(forget_dead_letters_with(subject, text));
  co_await dead_letters_.commit(std::move(forget));
}

Task<Result<void>> LocalBus::replay_dead_letter(const std::string& consumer,
                                                const std::string& event_id) {
  if (!running_) throw Unavailable("the event bus is not running");
  const ActiveCall active(*this);
  const db::StatementResult found =
      co_await dead_letters_.query(find_dead_letter(consumer, event_id));
  if (found.empty()) {
    co_return refuse(ErrorKind::not_found, dead_letter_not_found, "There is no such dead letter");
  }
  const DeadLetter letter = decode_dead_letter(*found.first());
  Subscriber* const subscriber = find(consumer, letter.event.subject);
  if (subscriber == nullptr) {
    co_return refuse(ErrorKind::invalid, dead_letter_failed_again,
                     "No listener handles its subject");
  }
  const std::optional<DeliveryEnd> end = co_await attempt(*subscriber, letter.event);
  if (!end) throw Unavailable("the event bus is stopping");
  if (end->kind != DeliveryEnd::Kind::done) {
    const bool early = end->kind == DeliveryEnd::Kind::early;
    co_return refuse(ErrorKind::invalid, dead_letter_failed_again,
                     early ? "Its predecessor has not come" : end->reason);
  }
  ++subscriber->counts.delivered;
  db::Transaction forget;
  forget.statements.push_back(forget_dead_letter(consumer, event_id));
  co_await dead_letters_.commit(std::move(forget));
  co_return Result<void>{};
}

}  // namespace ticketing::bus
