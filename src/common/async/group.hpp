// Coroutines that belong together: bounded in number, waited for at shutdown.
#pragma once

#include <cstddef>
#include <string>

#include "common/async/signal.hpp"
#include "common/async/task.hpp"

namespace ticketing {

class TaskGroup {
 public:
  // `what` names the members in the log should one end with an exception.
  TaskGroup(const Executor& executor, std::string what);

  void spawn(Task<> task);
  std::size_t running() const { return running_; }
  // Resumes when fewer than `limit` members run. One waiter at a time.
  Task<> wait_below(std::size_t limit);

 private:
  Task<> run(Task<> task);

  Executor executor_;
  std::string what_;
  std::size_t running_ = 0;
  Signal ended_;
};

}  // namespace ticketing
