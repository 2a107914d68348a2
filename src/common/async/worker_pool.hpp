// Threads for work that blocks or computes for long (password hashing, the bytes of files), behind
// a bounded queue. When it is full the caller gets an error at once.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include "common/async/task.hpp"
#include "common/base/exceptions.hpp"

namespace ticketing {

// What the threads of a pool, and the programs that they start, get of processors that are busy.
enum class Priority {
  equal,  // as much as the thread that serves requests
  low,    // about a tenth of that
};

class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t queue_max, Priority priority = Priority::equal);
  ~WorkerPool();  // runs what is queued, then joins
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Runs `work` on a thread of the pool and resumes with its result on the caller's executor.
  // Throws Unavailable when the queue is full. `work` must not throw.
  template <class T>
  Task<T> run(std::move_only_function<T()> work);

 private:
  bool offer(std::move_only_function<void()> job);
  void serve(Priority priority);

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::move_only_function<void()>> queue_;
  const std::size_t queue_max_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

template <class T>
Task<T> WorkerPool::run(std::move_only_function<T()> work) {
  const Executor executor = co_await asio::this_coro::executor;
  co_return co_await suspend<T>(
      executor, [this, executor, work = std::move(work)](Resume<T> resume) mutable {
        // Shared, because a refused job must still be able to answer.
        auto waiter = std::make_shared<Resume<T>>(std::move(resume));
        const bool taken = offer([waiter, executor, work = std::move(work)]() mutable {
          // The thread keeps no reference to the waiter: its context may end after it resumed.
          T value = work();
          asio::post(executor, [waiter = std::move(waiter), value = std::move(value)]() mutable {
            (*waiter)(std::move(value));
          });
        });
        if (!taken) {
          asio::post(waiter->executor(), [waiter] {
            waiter->fail(std::make_exception_ptr(Unavailable("the worker queue is full")));
          });
        }
      });
}

}  // namespace ticketing
