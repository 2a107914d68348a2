#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "common/async/group.hpp"
#include "common/async/signal.hpp"
#include "common/async/task.hpp"
#include "common/async/timers.hpp"
#include "common/base/log.hpp"

namespace ticketing {

void spawn(const Executor& executor, std::string what, Task<> task) {
  const trace::Scope scope(trace::Context{});  // it may start at once, within this call
  asio::co_spawn(executor, std::move(task), [what = std::move(what)](std::exception_ptr error) {
    if (!error) return;
    try {
      std::rethrow_exception(error);
    } catch (const boost::system::system_error& e) {
      if (e.code() == asio::error::operation_aborted) return;  // cancelled at shutdown
      log::error("coroutine ended with an exception", {{"what", what}, {"error", e.what()}});
    } catch (const std::exception& e) {
      log::error("coroutine ended with an exception", {{"what", what}, {"error", e.what()}});
    }
  });
}

Task<> SystemTimers::sleep_for(Milliseconds duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(use_task);
}

Signal::Signal(const Executor& executor) : timer_(executor) {}

void Signal::notify() {
  raised_ = true;
  timer_.cancel();
}

namespace {

// Of a timer, from now on for `limit`.
class Wait {
 public:
  Wait(asio::steady_timer& timer, Milliseconds limit) : timer_(timer) {
    if (SimulatedWaits::source == nullptr) {
      timer.expires_after(limit);
    } else {
      timer.expires_at(SteadyTime::max());
      SimulatedWaits::source->begin(timer, limit);
    }
  }
  ~Wait() {
    if (SimulatedWaits::source != nullptr) SimulatedWaits::source->end(timer_);
  }
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

 private:
  asio::steady_timer& timer_;
};

}  // namespace

Task<> Signal::wait_for(Milliseconds limit) {
  if (!raised_) {
    const Wait wait(timer_, limit);
    co_await timer_.async_wait(asio::as_tuple(use_task));
  }
  raised_ = false;
}

TaskGroup::TaskGroup(const Executor& executor, std::string what)
    : executor_(executor), what_(std::move(what)), ended_(executor) {}

void TaskGroup::spawn(Task<> task) {
  ++running_;
  ticketing::spawn(executor_, what_, run(std::move(task)));
}

Task<> TaskGroup::run(Task<> task) {
  struct EndOfMember {
    TaskGroup& group;
    ~EndOfMember() {
      --group.running_;
      group.ended_.notify();
    }
  } end{*this};
  co_await std::move(task);
}

Task<> TaskGroup::wait_below(std::size_t limit) {
  while (running_ >= limit) co_await ended_.wait_for(Milliseconds{1000});
}

}  // namespace ticketing
