// The bus port on NATS JetStream: one stream of all events, a durable pull consumer for each
// listener and subject, and a stream of dead letters (README.md). Stores nothing itself; outboxes
// publish again what the server loses.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/async/group.hpp"
#include "common/async/timers.hpp"
#include "common/base/clock.hpp"
#include "common/bus/dead_letters.hpp"
#include "common/bus/event_bus.hpp"
#include "common/bus/jetstream/durable_subscription.hpp"
#include "common/bus/jetstream/jetstream_settings.hpp"
#include "common/bus/jetstream/nats_link.hpp"
#include "common/bus/jetstream/stream_monitor.hpp"

namespace ticketing::bus {

class JetStreamBus final : public EventBus {
 public:
  // Publishes whose answer has not come; further ones are refused with Unavailable.
  static constexpr std::size_t window_max = 8'000;

  // All references outlive the bus.
  JetStreamBus(const Executor& executor, const Clock& clock, Timers& timers,
               JetStreamSettings settings);
  ~JetStreamBus() override;

  void subscribe(Subscription subscription) override;
  void observe(std::string subject, std::function<void(const Event&)> observer) override;
  void on_store_lost(std::function<void(Timestamp before)> callback) override;
  // Connects in the background, and keeps trying. Once only.
  void start() override;
  Task<> stop() override;
  // Resumes when the server has stored the event. Throws Unavailable: not connected, or no stream,
  // or too much in flight; OutcomeUnknown: no answer within `answer_limit`, or the connection was
  // lost meanwhile.
  Task<> publish(const Event& event) override;
  // Connected, and at the last look the stream and every consumer were there.
  bool is_ready() const override;
  std::vector<DeliveryCounts> counts() const override;
  std::vector<ConsumerPosition> positions() const override { return positions_; }

 private:
  Task<PubAck> request(Message message);
  Task<> store_dead_letter(const DeadLetter& letter, const std::string& message_id);
  void receive(std::vector<Incoming> all);
  void receive_answer(const Incoming& incoming);
  void receive_delivery(Incoming incoming);
  void receive_pub_ack(std::uint64_t number, const Incoming& incoming);
  void report(const StreamReport& report);
  void note_positions(const StreamReport& report);
  void lost_before(Timestamp before);
  Task<> tick();
  void expire_waiters(SteadyTime now);
  void fail_waiters(const std::string& why);

  Executor executor_;
  const Clock& clock_;
  Timers& timers_;
  const JetStreamSettings settings_;
  NatsLink link_;
  std::vector<std::unique_ptr<DurableSubscription>> subscriptions_;
  std::unordered_map<std::string, DurableSubscription*> by_durable_;
  std::unordered_map<std::string, std::vector<std::function<void(const Event&)>>> observers_;
  std::vector<std::function<void(Timestamp)>> on_lost_;
  std::vector<ConsumerPosition> positions_;  // by subscription
  std::unique_ptr<StreamMonitor> monitor_;
  TaskGroup members_;

  std::uint64_t next_number_ = 0;
  std::unordered_map<std::uint64_t, Resume<PubAck>> waiters_;
  std::deque<std::pair<SteadyTime, std::uint64_t>> deadlines_;  // of waiters, oldest first
  std::uint64_t stored_max_ = 0;
  Timestamp created_{};  // of the stream; zero: not known yet
  bool whole_ = false;
  std::string fault_;  // why it is not, as logged last
  bool started_ = false;
  bool running_ = false;
};

// Throws ConfigError when the settings cannot be used. All references outlive the bus.
std::unique_ptr<EventBus> make_jetstream_bus(const Executor& executor, const Clock& clock,
                                             Timers& timers, JetStreamSettings settings);

}  // namespace ticketing::bus
