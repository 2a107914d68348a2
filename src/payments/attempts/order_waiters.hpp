// Requests that wait until something changes about an order's payment, in this process.
#pragma once

#include <string>
#include <unordered_map>

#include "common/async/signal.hpp"

namespace ticketing::payments::attempts {

class OrderWaiters {
 public:
  // One waiting request. `waiters` outlives it.
  class Waiter {
   public:
    Waiter(OrderWaiters& waiters, const Executor& executor, const std::string& order_id)
        : waiters_(waiters),
          changed_(executor),
          place_(waiters.signals_.emplace(order_id, &changed_)) {}
    ~Waiter() { waiters_.signals_.erase(place_); }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    // Resumes at the next notify(), or after `limit`.
    Task<> wait_for(Milliseconds limit) { return changed_.wait_for(limit); }

   private:
    OrderWaiters& waiters_;
    Signal changed_;
    std::unordered_multimap<std::string, Signal*>::iterator place_;
  };

  void notify(const std::string& order_id) {
    const auto [first, last] = signals_.equal_range(order_id);
    for (auto at = first; at != last; ++at) at->second->notify();
  }

 private:
  std::unordered_multimap<std::string, Signal*> signals_;
};

}  // namespace ticketing::payments::attempts
