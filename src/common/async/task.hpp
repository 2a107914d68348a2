// Coroutines: every function that waits returns Task<T>. One thread runs an executor's coroutines,
// so shared data needs no lock; another coroutine runs only while this one waits. A
// coroutine keeps its trace::Context across every wait on use_task and suspend().
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/prefer.hpp>
#include <exception>
#include <functional>
#include <string>
#include <utility>

#include "common/async/use_task.hpp"
#include "common/base/trace_context.hpp"

namespace ticketing {

template <class T = void>
using Task = asio::awaitable<T>;

using Executor = asio::any_io_executor;

// Ends a suspension. Call exactly once, on the coroutine's own executor; see suspend(). Counts as
// work for the executor's context, which therefore keeps running until it is called.
template <class T>
class Resume {
 public:
  template <class Handler>
  Resume(Executor executor, Handler handler)
      : executor_(asio::prefer(executor, asio::execution::outstanding_work.tracked)),
        context_(trace::current()),
        finish_(std::move(handler)) {}

  const Executor& executor() const { return executor_; }
  void operator()(T value) {
    const trace::Scope scope(context_);
    finish_(nullptr, std::move(value));
  }
  void fail(std::exception_ptr error) {
    const trace::Scope scope(context_);
    finish_(std::move(error), T{});
  }

 private:
  Executor executor_;
  trace::Context context_;
  std::move_only_function<void(std::exception_ptr, T)> finish_;
};

// Suspends the calling coroutine and hands `start` the Resume<T> that wakes it. T is default
// constructible. `start` may pass the Resume to another thread, which then posts to its executor.
template <class T, class Start>
Task<T> suspend(Executor executor, Start start) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr, T)>(
      [executor = std::move(executor)](auto handler, Start begin) mutable {
        begin(Resume<T>(std::move(executor), std::move(handler)));
        trace::take_current();  // the code that started the coroutine continues without its context
      },
      asio::use_awaitable, std::move(start));
}

// Runs `task` in `context`: the ids in its log lines and the trace that its events belong to.
template <class T>
Task<T> in_context(trace::Context context, Task<T> task) {
  const trace::Scope scope(context);
  co_return co_await std::move(task);
}

// Starts a coroutine of its own, in no context: work that belongs to the request that starts it
// says so by in_context(trace::current(), …). `what` names it in the log should it end with an
// exception.
void spawn(const Executor& executor, std::string what, Task<> task);

}  // namespace ticketing
