// Moves events from an outbox to the bus, at least once, and remembers which have gone.
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
  OutboxRelay(const Executor& executor, const Clock& clock, db::Database& database, EventBus& bus,
              const Outbox& outbox);

  void start();
  // Resumes when nothing is in flight any more; what is unpublished stays in the table.
  Task<> stop();

  // Call after a commit that enqueued something. Rows written by others are found by polling.
  void wake() { signal_.notify(); }

  Task<OutboxBacklog> backlog();
  // Everything the outbox still has from the last `window` is published once more.
  Task<> publish_again(std::chrono::hours window);

 private:
  Task<> run();
  Task<> publish(Event event);
  Task<> mark_published();
  Task<> forget_old_rows();

  const Clock& clock_;
  db::Database& database_;
  EventBus& bus_;
  const Outbox& outbox_;
  Signal signal_;
  Signal stopped_;
  TaskGroup publishing_;
  std::unordered_set<std::string> in_flight_;
  std::vector<std::string> published_;
  SteadyTime next_cleaning_{};
  bool stopping_ = false;
  bool running_ = false;
};

}  // namespace ticketing::bus
