// Which of many equal events of a caller are told, so that a flood of them does not fill the log:
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
    const Entry fresh{.told = now - period_, .untold = 0};
    Entry& entry = entries_.at(caller, fresh);
    ++entry.untold;
    if (now - entry.told < period_) return 0;
    entry.told = now;
    return std::exchange(entry.untold, 0);
  }

 private:
  struct Entry {
    SteadyTime told;
    std::int64_t untold = 0;
  };
  std::chrono::seconds period_;
  CallerTable<Entry> entries_;
};

}  // namespace ticketing::limits
