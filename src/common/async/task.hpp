// Coroutines: Task<T> is what every function that waits returns. One thread runs an executor's
// coroutines, so what they share needs no lock; only waiting lets another one in between.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <string>
#include <utility>

namespace ticketing {

namespace asio = boost::asio;

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
        finish_(std::move(handler)) {}

  const Executor& executor() const { return executor_; }
  void operator()(T value) { finish_(nullptr, std::move(value)); }
  void fail(std::exception_ptr error) { finish_(std::move(error), T{}); }

 private:
  Executor executor_;
  std::move_only_function<void(std::exception_ptr, T)> finish_;
};

// Suspends the calling coroutine and hands `start` the Resume<T> that wakes it. T is default
// constructible. `start` may pass the Resume to another thread, which then posts to its executor.
template <class T, class Start>
Task<T> suspend(Executor executor, Start start) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr, T)>(
      [executor = std::move(executor)](auto handler, Start begin) mutable {
        begin(Resume<T>(std::move(executor), std::move(handler)));
      },
      asio::use_awaitable, std::move(start));
}

// Starts a coroutine of its own. `what` names it in the log should it end with an exception.
void spawn(const Executor& executor, std::string what, Task<> task);

}  // namespace ticketing
