// A wake-up signal between coroutines of one executor: "there may be work". Signals while no
// coroutine waits are stored as one.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>

#include "common/async/task.hpp"
#include "common/base/clock.hpp"

namespace ticketing {

// The steady clock that signals wait by. Tests of whole services replace it by simulated time.
struct WaitClock {
  class Source {
   public:
    virtual ~Source() = default;
    virtual SteadyTime steady_now() const = 0;
    // A wait has begun that ends at `time` if nothing ends it before.
    virtual void add_wait(SteadyTime time) = 0;
  };

  using duration = SteadyTime::duration;
  using rep = SteadyTime::rep;
  using period = SteadyTime::period;
  using time_point = SteadyTime;
  static constexpr bool is_steady = true;

  static time_point now() {
    return source == nullptr ? std::chrono::steady_clock::now() : source->steady_now();
  }
  static inline Source* source = nullptr;
};
using WaitTimer = asio::basic_waitable_timer<WaitClock>;

class Signal {
 public:
  explicit Signal(const Executor& executor);

  void notify();
  // Resumes at the next notify(), at once if there was one since the last wait, or after `limit`
  // of steady time. One waiter at a time.
  Task<> wait_for(Milliseconds limit);

 private:
  WaitTimer timer_;
  bool raised_ = false;
};

}  // namespace ticketing
