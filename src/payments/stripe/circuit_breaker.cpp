#include "payments/stripe/circuit_breaker.hpp"

namespace ticketing::payments::stripe {

CircuitBreaker::CircuitBreaker(const Settings& settings)
    : settings_(settings), open_for_(settings.open_for.shortest) {}

bool CircuitBreaker::admits(SteadyTime now) {
  if (!open_) return true;
  if (probing_ || now < open_until_) return false;
  probing_ = true;
  return true;
}

void CircuitBreaker::succeeded() {
  // Also a late answer to a call from before the circuit opened shows that the server is back.
  open_ = false;
  probing_ = false;
  failures_ = 0;
  open_for_ = settings_.open_for.shortest;
}

void CircuitBreaker::failed(SteadyTime now) {
  if (!open_) {
    if (++failures_ >= settings_.failures_max) open(now);
    return;
  }
  // While open, only the probe gives new information; older calls may still fail.
  if (!probing_) return;
  open_for_ = settings_.open_for.next(open_for_);
  open(now);
}

void CircuitBreaker::open(SteadyTime now) {
  open_ = true;
  probing_ = false;
  open_until_ = now + open_for_;
}

}  // namespace ticketing::payments::stripe
