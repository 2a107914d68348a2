// Stops calls to a server that does not answer: after several failures in a row every call is
// refused at once for a while, then one probe decides. No I/O; the caller passes the time.
#pragma once

#include "common/base/backoff.hpp"
#include "common/base/clock.hpp"

namespace ticketing::payments::stripe {

class CircuitBreaker {
 public:
  struct Settings {
    int failures_max = 5;  // in a row
    // How long it stays open: longer with each probe that fails.
    Backoff open_for{.shortest = Milliseconds{2'000}, .longest = Milliseconds{60'000}};
  };

  explicit CircuitBreaker(const Settings& settings);

  // Whether a call may go out. While the circuit is open only one may, the probe, and only when the
  // pause is over. Each call that is admitted is followed by succeeded() or failed().
  bool admits(SteadyTime now);
  void succeeded();
  void failed(SteadyTime now);
  bool is_open() const { return open_; }

 private:
  void open(SteadyTime now);

  Settings settings_;
  int failures_ = 0;
  bool open_ = false;
  bool probing_ = false;
  Milliseconds open_for_;
  SteadyTime open_until_;
};

}  // namespace ticketing::payments::stripe
