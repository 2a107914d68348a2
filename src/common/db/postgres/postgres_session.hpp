// Opens one connection, reopens it when it is lost, and serves a queue with it. The writer and the
// reader derive from it.
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
                  std::size_t transactions_max);

  // Until the queue is stopped and empty.
  Task<> run();
  void wake() override { link_.wake(); }

 protected:
  // Fills in every outcome. The link may be closed afterwards.
  virtual Task<> serve(QueuedTransactions& transactions) = 0;

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

  const std::size_t transactions_max_;
  Milliseconds reconnect_pause_;
  bool counted_open_ = false;
};

// Group commit: one PostgreSQL transaction and one round trip for the whole batch.
class PostgresWriter final : public PostgresSession {
 public:
  PostgresWriter(const Executor& executor, const PostgresSettings& settings, PostgresQueue& queue,
                 PostgresClock& server_clock);

 private:
  struct Attempt;
  using Transactions = std::vector<PendingTransaction*>;

  Task<> serve(QueuedTransactions& transactions) override;
  Task<> commit_together(Transactions transactions, SteadyTime deadline);
  Task<> commit_alone(PendingTransaction& transaction, SteadyTime deadline);
  Task<Attempt> attempt(const Transactions& transactions, SteadyTime deadline);
  Attempt judge(const Transactions& transactions, const PostgresFault& fault,
                std::size_t failed_at);

  SystemTimers timers_;
  bool undo_first_ = false;  // the connection is in a transaction that failed
};

// Sends a batch of reads in one round trip; each sees what is committed when it runs.
class PostgresReader final : public PostgresSession {
 public:
  PostgresReader(const Executor& executor, const PostgresSettings& settings, PostgresQueue& queue,
                 PostgresClock& server_clock);

 private:
  Task<> serve(QueuedTransactions& transactions) override;
};

}  // namespace ticketing::db
