// A fair queue: callers take turns one after another, and the requests of one caller are served in
// their order. A caller with many requests delays itself, not the others. No I/O.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "common/base/clock.hpp"
#include "common/limits/caller.hpp"

namespace ticketing::limits {

struct TurnSettings {
  std::size_t at_once = 2;       // turns that are taken at the same time
  Milliseconds wait_max{3'000};  // a caller that would wait longer is refused
  Milliseconds first_guess{50};  // how long a turn takes, until some have been measured
};

// W is what is kept for each that waits; one thread only.
template <class W>
class TurnQueue {
 public:
  explicit TurnQueue(TurnSettings settings)
      : settings_(settings), mean_ms_(static_cast<double>(settings.first_guess.count())) {}

  // Puts `waiter` into its caller's line; false, and `waiter` is left alone, when it would wait too
  // long.
  bool offer(const Caller& caller, W& waiter, SteadyTime now) {
    if (expected_wait(caller) > settings_.wait_max) return false;
    auto known = index_.find(caller.key());
    if (known == index_.end()) {
      lines_.push_back({.caller = caller.key(), .waiters = {}});
      known = index_.emplace(caller.key(), std::prev(lines_.end())).first;
    }
    known->second->waiters.emplace_back(std::move(waiter), now);
    ++size_;
    return true;
  }

  struct Next {
    W waiter;
    bool too_late = false;  // waited longer than wait_max all the same: others came before it
  };
  // Takes out the one whose turn it is.
  std::optional<Next> next(SteadyTime now) {
    if (lines_.empty()) return std::nullopt;
    Line& line = lines_.front();
    auto [waiter, since] = std::move(line.waiters.front());
    line.waiters.pop_front();
    --size_;
    if (line.waiters.empty()) {
      index_.erase(line.caller);
      lines_.pop_front();
    } else {
      lines_.splice(lines_.end(), lines_, lines_.begin());
    }
    return Next{.waiter = std::move(waiter), .too_late = now - since > settings_.wait_max};
  }

  // Records how long a turn took.
  void took(Milliseconds time) { mean_ms_ += (static_cast<double>(time.count()) - mean_ms_) / 16; }
  // How long one more of this caller would wait, as turns go now.
  Milliseconds expected_wait(const Caller& caller) const {
    const auto known = index_.find(caller.key());
    const std::size_t own = known == index_.end() ? 0 : known->second->waiters.size();
    std::size_t before = own;
    for (const Line& line : lines_) {
      if (line.caller != caller.key()) before += std::min(line.waiters.size(), own + 1);
    }
    const double turns = static_cast<double>(before) / static_cast<double>(settings_.at_once);
    return Milliseconds{static_cast<std::int64_t>(turns * mean_ms_)};
  }
  std::size_t size() const { return size_; }

 private:
  struct Line {
    std::string caller;
    std::deque<std::pair<W, SteadyTime>> waiters;
  };
  TurnSettings settings_;
  double mean_ms_;
  std::list<Line> lines_;  // in the order of their next turns
  std::unordered_map<std::string, typename std::list<Line>::iterator> index_;
  std::size_t size_ = 0;
};

}  // namespace ticketing::limits
