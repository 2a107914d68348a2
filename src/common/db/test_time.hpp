// For tests on one thread: time that stands still until nothing else is left to do, then jumps to
// the next sleeper. Part of no library.
#pragma once

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "common/async/signal.hpp"
#include "common/async/timers.hpp"
#include "common/base/clock.hpp"

namespace ticketing {

class TestTime final : public Clock, public Timers, public WaitClock::Source {
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

  // Runs until `done`, or for `limit` of made-up time; gives what `done` says at the end. Signals
  // take part when this is WaitClock's source.
  bool run_until(const std::function<bool()>& done, Milliseconds limit) {
    const SteadyTime end = steady_ + limit;
    for (;;) {
      io_.restart();
      io_.poll();
      if (done() || steady_ >= end) return done();
      SteadyTime next = end;
      if (!sleepers_.empty()) next = std::min(next, sleepers_.begin()->first);
      if (!waits_.empty()) next = std::min(next, *waits_.begin());
      advance(std::max(next, steady_) - steady_);
      while (!sleepers_.empty() && sleepers_.begin()->first <= steady_) {
        sleepers_.extract(sleepers_.begin()).mapped()(true);
      }
      waits_.erase(waits_.begin(), waits_.upper_bound(steady_));
      let_timers_look();
    }
  }
  void add_wait(SteadyTime time) override { waits_.insert(time); }

  // The wall clock is set by somebody; nobody's sleep is changed by it.
  void set_wall(Timestamp t) { wall_ = t; }
  std::size_t sleepers() const { return sleepers_.size(); }

 private:
  void advance(SteadyTime::duration by) {
    steady_ += by;
    wall_ += std::chrono::duration_cast<Milliseconds>(by);
  }

  // Asio looks at its timers when the system's clock says so: one that is due at once makes it
  // look.
  void let_timers_look() {
    bool looked = false;
    timer_.expires_at(SteadyTime{});
    timer_.async_wait([&looked](const boost::system::error_code&) { looked = true; });
    io_.restart();  // it has stopped when nothing but made-up time was left to wait for
    while (!looked) io_.run_one();
  }

  asio::io_context& io_;
  WaitTimer timer_{io_};
  Timestamp wall_ = from_millis(1'800'000'000'000);
  SteadyTime steady_{std::chrono::hours{1}};
  std::multimap<SteadyTime, Resume<bool>> sleepers_;
  std::set<SteadyTime> waits_;  // of signals; also some that have ended before
};

}  // namespace ticketing
