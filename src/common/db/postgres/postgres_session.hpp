// Keeps one connection at work: makes it, makes it again when it is lost, and serves a queue over
// it. What serving means is for the writer and the reader to say.
#pragma once

#include <cstddef>
#include <string>

#include "common/async/timers.hpp"
#include "common/base/random.hpp"
#include "common/db/postgres/postgres_link.hpp"
#include "common/db/postgres/postgres_pipeline.hpp"
#include "common/db/postgres/postgres_queue.hpp"

namespace ticketing::db {

class PostgresSession : public PostgresQueue::Server {
 public:
  PostgresSession(const Executor& executor, const PostgresSettings& settings,
                  PostgresLink::Role role, PostgresQueue& queue, PostgresClock& server_clock,
                  std::size_t lists_max);

  // Until the queue is stopped and empty.
  Task<> run();
  void wake() override { link_.wake(); }

 protected:
  // Fills in every outcome. The link may be closed afterwards.
  virtual Task<> serve(PendingLists& lists) = 0;

  SteadyTime deadline() const { return clock_.steady_now() + settings_.answer_timeout; }

  const PostgresSettings& settings_;
  SystemClock clock_;
  SystemRandom random_;
  PostgresLink link_;
  PostgresPipeline pipeline_{link_};
  PostgresQueue& queue_;

 private:
  Task<> reopen();
  Task<> work();
  void note_open(bool open, const std::string& reason);

  const std::size_t lists_max_;
  Milliseconds reconnect_pause_;
  bool counted_open_ = false;
};

// Group commit: the lists that wait together are one transaction and one round trip.
class PostgresWriter final : public PostgresSession {
 public:
  PostgresWriter(const Executor& executor, const PostgresSettings& settings, PostgresQueue& queue,
                 PostgresClock& server_clock);

 private:
  struct Attempt;
  using Lists = std::vector<WaitingList*>;

  Task<> serve(PendingLists& lists) override;
  Task<> commit_together(Lists lists, SteadyTime deadline);
  Task<> commit_alone(WaitingList& list, SteadyTime deadline);
  Task<Attempt> attempt(const Lists& lists, SteadyTime deadline);
  Attempt judge(const Lists& lists, const PostgresFault& fault, std::size_t failed_at);

  SystemTimers timers_;
  bool undo_first_ = false;  // the connection is in a transaction that failed
};

// Reads that wait together go in one round trip; each sees what is committed when it is run.
class PostgresReader final : public PostgresSession {
 public:
  PostgresReader(const Executor& executor, const PostgresSettings& settings, PostgresQueue& queue,
                 PostgresClock& server_clock);

 private:
  Task<> serve(PendingLists& lists) override;
};

}  // namespace ticketing::db
