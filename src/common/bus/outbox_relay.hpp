// Publishes the events of an outbox on the bus, at least once, and marks the published ones.
#pragma once

#include <chrono>
#include <string>
#include <unordered_set>
#include <vector>

#include "common/async/group.hpp"
#include "common/async/signal.hpp"
#include "common/base/clock.hpp"
#include "common/bus/event_bus.hpp"
#include "common/bus/outbox.hpp"

namespace ticketing::bus {

struct OutboxBacklog {
  std::int64_t unpublished = 0;
  Milliseconds oldest_age{0};
};

class OutboxRelay {
 public:
  // Events between being read and being marked; more stay in the table meanwhile.
  static constexpr std::size_t window_max = 1000;

  OutboxRelay(const Executor& executor, const Clock& clock, db::Database& database, EventBus& bus,
              const Outbox& outbox);

  void start();
  // Resumes when no publish is in progress; unpublished events stay in the table. Stop the bus
  // first: it ends the publishes that are waited for here.
  Task<> stop();

  // Call after the commit that enqueued `event`, with the result of that statement: if the row was
  // written the event is published without reading it back. Never before the commit.
  void committed(Event event, const db::StatementResult& enqueued);
  // There may be rows that were not passed to committed(); polling finds them, too.
  void wake() { signal_.notify(); }

  Task<OutboxBacklog> backlog();
  // Publishes once more the events of the last `window` that were published before `before`.
  // Throws Unavailable, OutcomeUnknown: call it again then.
  Task<> publish_again(std::chrono::hours window, Timestamp before);

 private:
  // A pause after a failure, longer each time.
  struct Rest {
    Milliseconds length{0};
    SteadyTime until{};
    void begin(SteadyTime now);
  };
  // Logged when it begins and when it ends, not for each row.
  struct Outage {
    const char* what;
    bool is_on = false;
    Rest rest{};
  };
  struct RestingEvent {
    Event event;
    Rest rest;
  };

  Task<> run();
  Task<> read_unpublished();
  Task<bool> read_slice();  // whether there may be more
  Task<> publish(Event event, Rest rest);
  Task<> mark_published();
  Task<> forget_old_rows();
  void start_marking();
  void publish_rested();
  Milliseconds pause() const;
  bool is_resting(const Outage& outage) const { return clock_.steady_now() < outage.rest.until; }
  void failed(Outage& outage, const char* reason);
  void worked(Outage& outage);

  const Clock& clock_;
  db::Database& database_;
  EventBus& bus_;
  const Outbox& outbox_;
  Signal signal_;
  TaskGroup members_;                          // the loop, publishing, marking
  std::unordered_set<std::string> in_flight_;  // until marked; resting ones too
  std::vector<RestingEvent> resting_;          // the bus refused them
  std::vector<std::string> published_;         // not marked yet
  std::unordered_set<std::string> marked_while_reading_;
  Outage publishing_{.what = "publishing"};
  Outage reading_{.what = "reading the outbox"};
  Outage writing_{.what = "marking the outbox"};
  SteadyTime next_cleaning_{};
  bool more_to_read_ = false;
  bool read_is_running_ = false;
  bool mark_is_running_ = false;
  bool stopping_ = true;  // until start()
};

}  // namespace ticketing::bus
