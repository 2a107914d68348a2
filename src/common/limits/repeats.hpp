// Which of many equal events of a caller are logged, so that a flood of them does not fill the log:
// the first, and then one in each period, which stands for all since the last.
#pragma once

#include <chrono>
#include <cstdint>

#include "common/base/clock.hpp"
#include "common/limits/caller_table.hpp"

namespace ticketing::limits {

class Repeats {
 public:
  explicit Repeats(std::chrono::seconds period) : period_(period) {}

  // Counts one. Gives how many the line to write stands for; 0: write none.
  std::int64_t count(const Caller& caller, SteadyTime now) {
    const Entry fresh{.logged = now - period_, .unlogged = 0};
    Entry& entry = entries_.at(caller, fresh);
    ++entry.unlogged;
    if (now - entry.logged < period_) return 0;
    entry.logged = now;
    return std::exchange(entry.unlogged, 0);
  }

 private:
  struct Entry {
    SteadyTime logged;
    std::int64_t unlogged = 0;
  };
  std::chrono::seconds period_;
  CallerTable<Entry> entries_;
};

}  // namespace ticketing::limits
