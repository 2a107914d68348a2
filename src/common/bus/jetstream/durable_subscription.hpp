// One durable consumer's share of this process: asks for events, runs the handler for many at once,
// and settles each: acknowledged, delivered again later, or stored as a dead letter.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "common/async/group.hpp"
#include "common/base/clock.hpp"
#include "common/bus/dead_letters.hpp"
#include "common/bus/delivery_policy.hpp"
#include "common/bus/event_bus.hpp"
#include "common/bus/jetstream/jetstream_settings.hpp"
#include "common/bus/jetstream/nats_link.hpp"

namespace ticketing::bus {

class DurableSubscription {
 public:
  static constexpr std::size_t handlers_max = 256;
  static constexpr std::size_t batch_max = 256;
  // Taken, running or waiting to run. More is asked for when at most half of it is left.
  static constexpr std::size_t in_hand_max = 512;

  // Stores a dead letter; throws when it cannot. `message_id` is unique to this delivery of the
  // event: one that was replayed and failed once more is another dead letter.
  using StoreDeadLetter = std::function<Task<>(const DeadLetter&, const std::string& message_id)>;

  // `number` distinguishes the answers to its requests from others: they come to the link's inbox
  // at "f.<number>.<request>". The link and the clock outlive it.
  DurableSubscription(const Executor& executor, const Clock& clock, NatsLink& link,
                      const JetStreamSettings& settings, std::size_t number,
                      Subscription subscription, StoreDeadLetter store_dead_letter);

  const std::string& durable() const { return durable_; }
  const Subscription& subscription() const { return subscription_; }
  const DeliveryCounts& counts() const { return counts_; }

  void on_ready();  // the consumer exists and the link is up: asks for events
  void on_look(std::uint64_t pending) { counts_.pending = pending; }
  void on_disconnected();
  void on_delivery(Event event, const std::string& reply, const DeliveryAddress& address);
  void on_forged(const std::string& reply);           // a message that is no event of its subject
  void on_answer(std::uint64_t request, int status);  // a request ended without filling up
  void on_tick(SteadyTime now);                       // a few times a second
  // Releases what has not started; resumes when the running handlers have ended.
  Task<> stop();

 private:
  struct Delivery {
    std::string key;
    Event event;
    std::string reply;
    SteadyTime touched;  // when the server last began to count ack_wait
  };
  // How often this process has tried one event.
  struct Tried {
    DeliveryHistory history;
    SteadyTime touched{};
  };

  void ask();
  Task<> run(std::shared_ptr<Delivery> delivery);
  Task<> settle(Delivery& delivery, const DeliveryEnd& end);
  Task<bool> give_up(const Delivery& delivery, const std::string& reason);
  void start_waiting();
  void answer(const std::string& reply, std::string verb);
  void retry_later(const std::string& reply, Milliseconds delay);

  const Clock& clock_;
  NatsLink& link_;
  const JetStreamSettings& settings_;
  const std::size_t number_;
  const Subscription subscription_;
  const std::string durable_;
  StoreDeadLetter store_dead_letter_;
  DeliveryCounts counts_;
  TaskGroup running_;
  std::unordered_map<std::string, std::shared_ptr<Delivery>> in_hand_;
  std::deque<std::shared_ptr<Delivery>> waiting_;
  std::unordered_map<std::string, Tried> tried_;  // by event id; swept by age
  SteadyTime next_sweep_{};

  std::uint64_t request_ = 0;  // the latest
  std::size_t expected_ = 0;   // events that the latest request may still bring
  SteadyTime request_ends_{};
  SteadyTime next_request_{};
  bool ready_ = false;
  bool stopping_ = false;
};

}  // namespace ticketing::bus
