// For tests on one thread: time that stands still until nothing else is left to do, then jumps to
// the next sleeper. Part of no library.
#pragma once

#include <boost/asio/io_context.hpp>

#include <map>
#include <utility>

#include "common/async/timers.hpp"
#include "common/base/clock.hpp"

namespace ticketing {

class TestTime final : public Clock, public Timers {
 public:
  explicit TestTime(asio::io_context& io) : io_(io) {}

  Timestamp now() const override { return wall_; }
  SteadyTime steady_now() const override { return steady_; }

  Task<> sleep_for(Milliseconds duration) override {
    co_await suspend<bool>(io_.get_executor(), [this, duration](Resume<bool> resume) {
      sleepers_.emplace(steady_ + duration, std::move(resume));
    });
  }

  // Runs until nobody sleeps any more, or for `limit` of made-up time.
  void run(Milliseconds limit = std::chrono::hours{24}) {
    const SteadyTime end = steady_ + limit;
    for (;;) {
      io_.restart();
      io_.poll();
      if (sleepers_.empty() || sleepers_.begin()->first > end) return;
      auto sleeper = sleepers_.extract(sleepers_.begin());
      advance(sleeper.key() - steady_);
      sleeper.mapped()(true);
    }
  }

  // The wall clock is set by somebody; nobody's sleep is changed by it.
  void set_wall(Timestamp t) { wall_ = t; }
  std::size_t sleepers() const { return sleepers_.size(); }

 private:
  void advance(SteadyTime::duration by) {
    steady_ += by;
    wall_ += std::chrono::duration_cast<Milliseconds>(by);
  }

  asio::io_context& io_;
  Timestamp wall_ = from_millis(1'800'000'000'000);
  SteadyTime steady_{std::chrono::hours{1}};
  std::multimap<SteadyTime, Resume<bool>> sleepers_;
};

}  // namespace ticketing
