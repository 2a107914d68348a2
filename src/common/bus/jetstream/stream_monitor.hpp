// Declares the durable consumers and, if configured, the streams; checks them every few seconds and
// restores what is missing. Has a thread of its own, because it waits for answers.
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
#include "common/bus/jetstream/jetstream_settings.hpp"
#include "common/bus/jetstream/nats_link.hpp"

namespace ticketing::bus {

struct DurableConsumer {
  std::string name;
  std::string subject;
};

// One consumer on the server.
struct ConsumerState {
  std::uint64_t pending = 0;       // not delivered, or not settled yet
  std::uint64_t acknowledged = 0;  // all up to here are settled
};

// The result of one check of the server.
struct StreamReport {
  bool is_whole = false;   // the stream takes what it must, and every consumer is there
  std::string fault{};     // why not
  Timestamp created{};     // when the stream was made
  bool went_back = false;  // it had stored more than it has now
  std::uint64_t first_sequence = 0;
  std::uint64_t last_sequence = 0;
  std::vector<std::string> not_taken{};    // subjects that the stream must take and does not
  std::vector<ConsumerState> consumers{};  // in the order in which they were given
};

class StreamMonitor {
 public:
  using Observer = std::function<void(StreamReport)>;

  // Calls `observer` on `executor` after each check. The link outlives the monitor's thread.
  StreamMonitor(const Executor& executor, JetStreamSettings settings,
                std::vector<DurableConsumer> consumers, NatsLink& link, Observer observer);
  ~StreamMonitor();
  StreamMonitor(const StreamMonitor&) = delete;
  StreamMonitor& operator=(const StreamMonitor&) = delete;

  void start();
  // Checks now instead of at the next interval.
  void look();
  // `sequence` was stored in the stream: an end before it means that events were lost.
  void note_stored(std::uint64_t sequence);
  void ask_to_stop();
  void join();

 private:
  void run();
  StreamReport inspect(jsCtx* js);
  bool find_stream(jsCtx* js, StreamReport& report);
  void declare_streams(jsCtx* js);
  void expect_streams(jsCtx* js);
  void declare_consumer(const DurableConsumer& consumer);
  ConsumerState check_consumer(jsCtx* js, const DurableConsumer& consumer,
                               std::uint64_t last_sequence);

  Executor executor_;
  JetStreamSettings settings_;
  std::vector<DurableConsumer> consumers_;
  NatsLink& link_;
  std::shared_ptr<Observer> observer_;
  std::atomic<std::uint64_t> stored_max_{0};
  natsConnection* connection_ = nullptr;  // of the thread
  bool declared_ = false;                 // of the thread: since the last change of the stream

  std::mutex mutex_;
  std::condition_variable wake_;
  bool look_now_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

// Make or update the two streams; what a stream takes already it goes on taking. Throw Unavailable.
void declare_event_stream(jsCtx* js, const JetStreamSettings& settings);
void declare_dead_letter_stream(jsCtx* js, const JetStreamSettings& settings);

}  // namespace ticketing::bus
