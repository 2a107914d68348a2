#include "common/bus/jetstream/jetstream_bus.hpp"

#include <charconv>
#include <set>

#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"
#include "common/bus/jetstream/nats_address.hpp"

namespace ticketing::bus {
namespace {

constexpr Milliseconds tick_interval{50};
constexpr int status_no_responders = 503;
// The clocks of the server and of the process that marked events may differ by this much.
constexpr std::chrono::minutes clock_difference_max{1};

// "p.17" and "f.3.17", what follows the inbox in the subject of an answer.
struct AnswerName {
  char kind = 0;
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

AnswerName parse_answer_name(std::string_view text) {
  AnswerName name;
  if (text.size() < 3 || text[1] != '.') return name;
  const char* const end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data() + 2, end, name.first);
  if (error != std::errc{}) return name;
  name.kind = text[0];
  if (next < end) std::from_chars(next + 1, end, name.second);
  return name;
}

}  // namespace

JetStreamBus::JetStreamBus(const Executor& executor, const Clock& clock, Timers& timers,
                           JetStreamSettings settings)
    : executor_(executor),
      clock_(clock),
      timers_(timers),
      settings_(std::move(settings)),
      link_(executor, settings_, [this](std::vector<Incoming> all) { receive(std::move(all)); }),
      members_(executor, "jetstream bus") {}

JetStreamBus::~JetStreamBus() {
  if (monitor_) monitor_->ask_to_stop();
}

void JetStreamBus::subscribe(Subscription subscription) {
  TICKETING_ASSERT(!started_);
  auto made = std::make_unique<DurableSubscription>(
      executor_, clock_, link_, settings_, subscriptions_.size(), std::move(subscription),
      [this](const DeadLetter& letter, const std::string& message_id) {
        return store_dead_letter(letter, message_id);
      });
  TICKETING_ASSERT(!by_durable_.contains(made->durable()));
  by_durable_[made->durable()] = made.get();
  subscriptions_.push_back(std::move(made));
}

void JetStreamBus::observe(std::string subject, std::function<void(const Event&)> observer) {
  TICKETING_ASSERT(!started_);
  observers_[std::move(subject)].push_back(std::move(observer));
}

void JetStreamBus::on_store_lost(std::function<void(Timestamp before)> callback) {
  TICKETING_ASSERT(!started_);
  on_lost_.push_back(std::move(callback));
}

void JetStreamBus::start() {
  TICKETING_ASSERT(!started_);
  started_ = true;
  running_ = true;
  std::vector<DurableConsumer> consumers;
  for (const auto& subscription : subscriptions_) {
    consumers.push_back(
        {.name = subscription->durable(), .subject = subscription->subscription().subject});
  }
  monitor_ = std::make_unique<StreamMonitor>(executor_, settings_, std::move(consumers), link_,
                                             [this](const StreamReport& r) { report(r); });
  std::vector<std::string> observed;
  for (const auto& [subject, observers] : observers_) observed.push_back(subject);
  link_.open(observed);
  monitor_->start();
  members_.spawn(tick());
}

Task<> JetStreamBus::stop() {
  if (!std::exchange(running_, false)) co_return;
  link_.end_deliveries();
  for (const auto& subscription : subscriptions_) co_await subscription->stop();
  fail_waiters("the event bus is stopping");
  co_await members_.wait_below(1);
  monitor_->ask_to_stop();
  co_await link_.close([this] { monitor_->join(); });
}

bool JetStreamBus::is_ready() const { return running_ && whole_ && link_.is_connected(); }

std::vector<DeliveryCounts> JetStreamBus::counts() const {
  std::vector<DeliveryCounts> all;
  for (const auto& subscription : subscriptions_) all.push_back(subscription->counts());
  return all;
}

Task<> JetStreamBus::publish(const Event& event) {
  if (!running_) throw Unavailable("the event bus is not running");
  Message message{.subject = event.subject, .headers = event_headers(event), .data = event.payload};
  message.headers.emplace_back(message_id_header, event.id);
  const PubAck ack = co_await request(std::move(message));
  // Answers come in the order in which the stream stored: a number that was given out before means
  // that the stream lost its end.
  if (ack.duplicate) co_return;
  if (ack.sequence <= stored_max_) {
    log::error("the event stream lost its last events",
               {{"sequence", ack.sequence}, {"was", stored_max_}});
    lost_before(clock_.now());
  }
  stored_max_ = ack.sequence;
  monitor_->note_stored(ack.sequence);
}

Task<> JetStreamBus::store_dead_letter(const DeadLetter& letter, const std::string& message_id) {
  Message message{.subject = dead_letter_prefix + letter.consumer + "." + letter.event.subject,
                  .headers = event_headers(letter.event),
                  .data = letter.event.payload};
  message.headers.emplace_back(message_id_header, message_id);
  message.headers.emplace_back(dead_letter_consumer_header, letter.consumer);
  message.headers.emplace_back(dead_letter_reason_header, letter.reason);
  message.headers.emplace_back(dead_letter_time_header, to_iso8601(letter.failed_at));
  co_await request(std::move(message));
}

// Sends a message to a stream and waits until it is stored.
Task<PubAck> JetStreamBus::request(Message message) {
  if (!link_.is_connected()) throw Unavailable("not connected to NATS");
  if (waiters_.size() >= window_max) throw Unavailable("too many events are being published");
  const std::uint64_t number = next_number_++;
  message.reply = link_.inbox() + "p." + std::to_string(number);
  const SteadyTime deadline = clock_.steady_now() + settings_.answer_limit;
  if (!link_.send(std::move(message), deadline)) throw Unavailable("the send queue is full");
  PubAck ack = co_await suspend<PubAck>(executor_, [this, number, deadline](Resume<PubAck> resume) {
    waiters_.emplace(number, std::move(resume));
    deadlines_.emplace_back(deadline, number);
  });
  if (!ack.stored) throw Unavailable("the event was not stored: " + ack.fault);
  co_return ack;
}

void JetStreamBus::receive(std::vector<Incoming> all) {
  for (Incoming& incoming : all) {
    switch (incoming.kind) {
      case Incoming::Kind::connected:
        log::info("connected to NATS", {{"name", settings_.name}});
        monitor_->look();
        break;
      case Incoming::Kind::disconnected:
        if (running_) log::warn("lost the connection to NATS", {{"name", settings_.name}});
        whole_ = false;
        for (const auto& subscription : subscriptions_) subscription->on_disconnected();
        fail_waiters("the connection to NATS was lost");
        break;
      case Incoming::Kind::observed:
        if (!running_) break;
        for (const auto& observer : observers_[incoming.event.subject]) observer(incoming.event);
        break;
      case Incoming::Kind::delivery: receive_delivery(std::move(incoming)); break;
      case Incoming::Kind::answer: receive_answer(incoming); break;
    }
  }
}

void JetStreamBus::receive_delivery(Incoming incoming) {
  const auto address = parse_delivery_address(incoming.reply);
  const auto found = by_durable_.find(address->consumer);
  if (found == by_durable_.end()) return;
  if (incoming.is_forged) {
    log::error("a message was refused: it was not sent as the event of its subject",
               {{"consumer", address->consumer},
                {"subject", incoming.event.subject},
                {"stream_sequence", address->sequence}});
    found->second->on_forged(incoming.reply);
    return;
  }
  found->second->on_delivery(std::move(incoming.event), incoming.reply, *address);
}

void JetStreamBus::receive_answer(const Incoming& incoming) {
  const AnswerName name =
      parse_answer_name(std::string_view(incoming.subject).substr(link_.inbox().size()));
  if (incoming.status == status_no_responders) {
    whole_ = false;
    monitor_->look();
  }
  if (name.kind == 'p') receive_pub_ack(name.first, incoming);
  if (name.kind == 'f' && name.first < subscriptions_.size()) {
    subscriptions_[name.first]->on_answer(name.second, incoming.status);
  }
}

void JetStreamBus::receive_pub_ack(std::uint64_t number, const Incoming& incoming) {
  const auto found = waiters_.find(number);
  if (found == waiters_.end()) return;  // too late
  Resume<PubAck> resume = std::move(found->second);
  waiters_.erase(found);
  resume(incoming.status != 0 ? PubAck{.fault = "no stream takes it"}
                              : parse_pub_ack(incoming.data));
}

void JetStreamBus::report(const StreamReport& report) {
  if (!running_) return;
  if (report.is_whole && !whole_) {
    log::info("the event stream is ready", {{"last_sequence", report.last_sequence}});
  }
  // Once for each reason: a service may wait for the stream for long.
  if (!report.is_whole && report.fault != fault_) {
    log::warn("the event stream is not ready", {{"error", report.fault}});
  }
  fault_ = report.fault;
  whole_ = report.is_whole && link_.is_connected();
  if (!whole_) return;
  for (std::size_t i = 0; i < subscriptions_.size(); ++i) {
    subscriptions_[i]->on_look(report.consumers.at(i).pending);
  }
  note_positions(report);
  const bool is_new = report.created != created_;
  for (const auto& subscription : subscriptions_) {
    if (is_new)
      subscription->on_disconnected();  // its requests to the old connection get no answer
    subscription->on_ready();
  }
  if (is_new) {
    if (created_ != Timestamp{}) log::error("the event stream was created again");
    created_ = report.created;
    stored_max_ = 0;
    lost_before(report.created + clock_difference_max);
  } else if (report.went_back) {
    log::error("the event stream lost its last events", {{"last_sequence", report.last_sequence}});
    stored_max_ = report.last_sequence;
    lost_before(clock_.now());
  }
}

// The first look comes before the first delivery: a consumer that has settled nothing by then is
// new.
void JetStreamBus::note_positions(const StreamReport& report) {
  const bool is_first = positions_.empty();
  positions_.resize(subscriptions_.size());
  for (std::size_t i = 0; i < subscriptions_.size(); ++i) {
    ConsumerPosition& position = positions_[i];
    const ConsumerState& state = report.consumers.at(i);
    position.consumer = subscriptions_[i]->subscription().consumer;
    position.subject = subscriptions_[i]->subscription().subject;
    position.store_created = report.created;
    position.first = static_cast<std::int64_t>(report.first_sequence);
    position.last = static_cast<std::int64_t>(report.last_sequence);
    position.acknowledged = static_cast<std::int64_t>(state.acknowledged);
    position.pending = static_cast<std::int64_t>(state.pending);
    if (is_first) position.is_new = state.acknowledged == 0;
    position.looked_at = clock_.now();
  }
}

void JetStreamBus::lost_before(Timestamp before) {
  for (const auto& callback : on_lost_) callback(before);
}

Task<> JetStreamBus::tick() {
  while (running_) {
    co_await timers_.sleep_for(tick_interval);
    const SteadyTime now = clock_.steady_now();
    expire_waiters(now);
    for (const auto& subscription : subscriptions_) subscription->on_tick(now);
  }
}

void JetStreamBus::expire_waiters(SteadyTime now) {
  while (!deadlines_.empty() && deadlines_.front().first <= now) {
    const std::uint64_t number = deadlines_.front().second;
    deadlines_.pop_front();
    const auto found = waiters_.find(number);
    if (found == waiters_.end()) continue;
    Resume<PubAck> resume = std::move(found->second);
    waiters_.erase(found);
    resume.fail(std::make_exception_ptr(OutcomeUnknown("NATS did not answer in time")));
  }
}

void JetStreamBus::fail_waiters(const std::string& why) {
  auto all = std::move(waiters_);
  waiters_.clear();
  deadlines_.clear();
  for (auto& [number, resume] : all) {
    resume.fail(std::make_exception_ptr(OutcomeUnknown(why)));
  }
}

std::unique_ptr<EventBus> make_jetstream_bus(const Executor& executor, const Clock& clock,
                                             Timers& timers, JetStreamSettings settings) {
  check_url(settings.url);
  return std::make_unique<JetStreamBus>(executor, clock, timers, std::move(settings));
}

}  // namespace ticketing::bus
