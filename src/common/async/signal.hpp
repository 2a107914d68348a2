// A wake-up signal between coroutines of one executor: "there may be work". Signals while no
// coroutine waits are stored as one.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include "common/async/task.hpp"
#include "common/base/clock.hpp"

namespace ticketing {

// Where signals wait in tests of whole services: simulated time ends the waits, in the order of
// their times and of their begin. Asio's timers would fire by the system's clock.
class SimulatedWaits {
 public:
  virtual ~SimulatedWaits() = default;
  // Cancels the timer after `limit`, if the wait is not over by then.
  virtual void begin(asio::steady_timer& timer, Milliseconds limit) = 0;
  virtual void end(asio::steady_timer& timer) = 0;

  static inline SimulatedWaits* source = nullptr;  // null: the system's clock
};

class Signal {
 public:
  explicit Signal(const Executor& executor);

  void notify();
  // Resumes at the next notify(), at once if there was one since the last wait, or after `limit`
  // of steady time. One waiter at a time.
  Task<> wait_for(Milliseconds limit);

 private:
  asio::steady_timer timer_;
  bool raised_ = false;
};

}  // namespace ticketing
