#include "system/event_echo.hpp"

#include <stdexcept>

#include "common/bus/jetstream/nats_message.hpp"
#include "contracts/subjects.hpp"

namespace ticketing::system {
namespace {

// Message ids of echoes begin with this, so that no echo is echoed.
constexpr std::string_view echo_prefix = "echo-";

}  // namespace

EventEcho::EventEcho(const std::string& url, const EchoSettings& settings)
    : settings_(settings), console_(url), random_(settings.seed) {
  for (const std::string_view subject : contracts::all_subjects()) listen(std::string(subject));
  console_.flush();
  thread_ = std::thread([this] { run(); });
}

void EventEcho::listen(const std::string& subject) {
  natsSubscription* subscription = nullptr;
  const auto on_message = [](natsConnection*, natsSubscription*, natsMsg* message, void* echo) {
    const bus::MessagePointer owned(message);
    static_cast<EventEcho*>(echo)->receive(message);
  };
  const auto on_end = [](void* echo) {
    auto* const self = static_cast<EventEcho*>(echo);
    const std::lock_guard lock(self->mutex_);
    --self->listening_;
    self->wake_.notify_all();
  };
  ++listening_;
  if (natsConnection_Subscribe(&subscription, console_.connection(), subject.c_str(), on_message,
                               this) != NATS_OK ||
      natsSubscription_SetOnCompleteCB(subscription, on_end, this) != NATS_OK) {
    throw std::runtime_error("cannot listen to " + subject);
  }
  subscriptions_.push_back(subscription);
}

// A subscription may still be calling when it is destroyed.
EventEcho::~EventEcho() {
  for (natsSubscription* subscription : subscriptions_) natsSubscription_Unsubscribe(subscription);
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
    wake_.wait(lock, [this] { return listening_ == 0; });
  }
  thread_.join();
  for (natsSubscription* subscription : subscriptions_) natsSubscription_Destroy(subscription);
}

std::int64_t EventEcho::count_waiting() {
  const std::lock_guard lock(mutex_);
  return std::ssize(waiting_);
}

void EventEcho::receive(natsMsg* message) {
  const std::string id = bus::header(message, bus::message_id_header);
  const bus::Event event = bus::decode_event(message, "");
  if (event.id.empty() || id.starts_with(echo_prefix)) return;
  const std::lock_guard lock(mutex_);
  if (static_cast<int>(random_() % 100) >= settings_.duplicate_percent) return;
  const auto delay = std::chrono::milliseconds{
      random_() % static_cast<std::uint64_t>(settings_.delay_max.count() + 1)};
  waiting_.emplace(Clock::now() + delay, event);
  wake_.notify_all();
}

void EventEcho::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (waiting_.empty()) {
      wake_.wait(lock);
    } else if (const auto due = waiting_.begin()->first; due > Clock::now()) {
      wake_.wait_until(lock, due);
    } else {
      const bus::Event& event = waiting_.begin()->second;
      console_.publish(event, std::string(echo_prefix) + std::to_string(++echoes_) + event.id);
      // It counts as sent only when the server has it.
      console_.flush();
      waiting_.erase(waiting_.begin());
    }
  }
}

}  // namespace ticketing::system
