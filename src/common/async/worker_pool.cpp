#include "common/async/worker_pool.hpp"

#include <unistd.h>

namespace ticketing {
namespace {

// Of this thread alone, and of the programs that it starts: on Linux each thread has its own. A
// process that may not be lowered any more stays as it is.
void lower_priority() {
  constexpr int steps = 10;
  static_cast<void>(::nice(steps));
}

}  // namespace

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_max, Priority priority)
    : queue_max_(queue_max) {
  for (std::size_t i = 0; i < threads; ++i)
    threads_.emplace_back([this, priority] { serve(priority); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::offer(std::move_only_function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= queue_max_) return false;
    queue_.push_back(std::move(job));
  }
  ready_.notify_one();
  return true;
}

void WorkerPool::serve(Priority priority) {
  if (priority == Priority::low) lower_priority();
  for (;;) {
    std::move_only_function<void()> job;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    job();
  }
}

}  // namespace ticketing
