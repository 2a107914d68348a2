// Waiting for time to pass, as a port: a simulation makes its own.
#pragma once

#include "common/async/task.hpp"
#include "common/base/clock.hpp"

namespace ticketing {

class Timers {
 public:
  virtual ~Timers() = default;
  // Resumes after `duration` of steady time, never earlier. Cancellation of the coroutine ends the
  // wait with an exception (operation_aborted).
  virtual Task<> sleep_for(Milliseconds duration) = 0;
};

class SystemTimers final : public Timers {
 public:
  Task<> sleep_for(Milliseconds duration) override;
};

}  // namespace ticketing
