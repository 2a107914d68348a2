// A wake-up call between coroutines of one executor: "there may be work". Calls made while nobody
// waits are remembered as one.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include "common/async/task.hpp"
#include "common/base/clock.hpp"

namespace ticketing {

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
