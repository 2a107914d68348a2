// A bounded queue of lists in front of one connection, and who serves it: a thread of its own, or
// the executor itself. Lists that wait at the same time are served together.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include "common/async/task.hpp"
#include "common/db/sqlite/sqlite_work.hpp"

namespace ticketing::db {

class Lane {
 public:
  struct Limits {
    std::size_t queue_max;  // lists that wait or are being served
    std::size_t batch_max;  // lists served together
  };

  explicit Lane(Limits limits) : limits_(limits) {}
  virtual ~Lane() = default;  // serves what is queued

  // Resumes with the outcome; begins after `patience`, or earlier with a list that has less. Throws
  // Unavailable at once when the queue is full.
  Task<std::vector<StatementResult>> serve(std::vector<Statement> statements,
                                           Milliseconds patience);

 protected:
  virtual void push(WaitingList list) = 0;
  std::size_t batch_max() const { return limits_.batch_max; }
  // Serves `lists` in batches, and empties it.
  void work_off(WaitingLists& lists, SqliteWork& work);

 private:
  const Limits limits_;
  std::atomic<std::size_t> waiting_ = 0;
};

std::unique_ptr<Lane> thread_lane(SqliteWork& work, Lane::Limits limits);
std::unique_ptr<Lane> inline_lane(const Executor& executor, SqliteWork& work, Lane::Limits limits);

}  // namespace ticketing::db
