// One connection to NATS. libnats runs on threads of its own; its reports are posted to the owner's
// executor, and no call of the owner waits for the network.
#pragma once

#include <nats/nats.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/async/task.hpp"
#include "common/base/clock.hpp"
#include "common/bus/jetstream/jetstream_settings.hpp"
#include "common/bus/jetstream/nats_message.hpp"

namespace ticketing::bus {

// What the server sent, or a change of the connection.
struct Incoming {
  enum class Kind {
    connected,  // also after each reconnect
    disconnected,
    delivery,  // an event for a durable consumer; `reply` takes its acknowledgement
    answer,    // to a request that this link sent; `subject` is the reply it asked for
    observed,  // an event for observers only
  };
  Kind kind;
  std::string subject{};
  std::string reply{};
  std::string data{};
  int status = 0;  // of an answer: 0, or 404, 408, 409, 503 as JetStream uses them
  Event event{};
  bool is_forged = false;  // a delivery that was not sent as the event of its subject
};

class NatsLink {
 public:
  // Further messages are refused while this many wait to be sent.
  static constexpr std::size_t outgoing_max = 20'000;
  // Observed events that the owner has not taken; what comes beyond is lost.
  static constexpr std::size_t observed_max = 10'000;

  using Receive = std::function<void(std::vector<Incoming>)>;

  // Calls `receive` on `executor`. The executor's context outlives the link.
  NatsLink(const Executor& executor, const JetStreamSettings& settings, Receive receive);
  // Waits for the threads of libnats; some milliseconds after close(), seconds without.
  ~NatsLink();
  NatsLink(const NatsLink&) = delete;
  NatsLink& operator=(const NatsLink&) = delete;

  // Begins to connect and keeps trying. Answers come to subjects below inbox(); what begins with
  // "f." there is for deliveries.
  void open(const std::vector<std::string>& observed_subjects);
  // Sends what was given to send(), for a second at most, and disconnects. `before_end` is called
  // on another thread between closing the connection, which ends requests that wait, and letting go
  // of it. `receive` is not called any more.
  Task<> close(std::function<void()> before_end);

  // False when too much waits already. `deadline`: it is dropped when it could not be sent before.
  bool send(Message message, SteadyTime deadline = SteadyTime::max());
  // From now on no deliveries come in: the server gives what was asked for to other processes.
  // Answers still come. What was sent before this call is sent first.
  void end_deliveries();
  bool is_connected() const;
  const std::string& inbox() const { return inbox_; }  // with a dot at its end

  // For requests that may block, from other threads; waits for the first connection; null when
  // the link closes. Valid until `before_end` has returned.
  natsConnection* wait_for_connection();

 private:
  struct Shared;
  struct Outgoing {
    Message message;
    SteadyTime deadline;
    bool ends_deliveries = false;  // instead of a message
  };

  void run();
  void connect();
  natsConnection* first_connection(natsOptions* options);
  natsSubscription* subscribe(const std::string& subject, bool observes);
  void send_all(std::vector<Outgoing> batch);
  void disconnect();

  Executor executor_;
  JetStreamSettings settings_;
  std::string inbox_;
  std::vector<std::string> observed_subjects_;
  std::shared_ptr<Shared> shared_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Outgoing> outgoing_;
  natsConnection* connection_ = nullptr;
  bool closing_ = false;
  std::function<void()> before_end_;

  std::vector<natsSubscription*> subscriptions_;  // of the thread
  natsSubscription* deliveries_ = nullptr;        // of the thread; one of them
  std::thread thread_;
};

}  // namespace ticketing::bus
