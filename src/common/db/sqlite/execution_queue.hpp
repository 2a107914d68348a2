// A bounded queue of transactions for one connection. A thread of its own serves it, or the
// executor itself. Transactions that wait at the same time are served as one batch.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include "common/async/task.hpp"
#include "common/db/sqlite/sqlite_work.hpp"

namespace ticketing::db {

class ExecutionQueue {
 public:
  struct Limits {
    std::size_t queue_max;  // transactions that wait or are being served
    std::size_t batch_max;  // transactions served together
  };

  explicit ExecutionQueue(Limits limits) : limits_(limits) {}
  virtual ~ExecutionQueue() = default;  // serves what is queued

  // Resumes with the outcome. Starts after at most `batch_delay`, earlier when another transaction
  // starts a batch. Throws Unavailable at once when the queue is full.
  Task<std::vector<StatementResult>> serve(std::vector<Statement> statements,
                                           Milliseconds batch_delay);

 protected:
  virtual void push(PendingTransaction transaction) = 0;
  std::size_t batch_max() const { return limits_.batch_max; }
  // Serves `transactions` in batches and clears the vector.
  void serve_batches(PendingTransactions& transactions, SqliteWork& work);

 private:
  const Limits limits_;
  std::atomic<std::size_t> waiting_ = 0;
};

std::unique_ptr<ExecutionQueue> thread_queue(SqliteWork& work, ExecutionQueue::Limits limits);
std::unique_ptr<ExecutionQueue> inline_queue(const Executor& executor, SqliteWork& work,
                                             ExecutionQueue::Limits limits);

}  // namespace ticketing::db
