#include "common/db/postgres/postgres_clock.hpp"

#include <algorithm>

namespace ticketing::db {

void PostgresClock::observe(Timestamp server_time, SteadyTime asked, SteadyTime answered) {
  const std::chrono::nanoseconds server = server_time.time_since_epoch();
  const std::chrono::nanoseconds earliest = server - answered.time_since_epoch();
  // The server's answer has whole milliseconds.
  const std::chrono::nanoseconds latest = server + Milliseconds{1} - asked.time_since_epoch();
  const std::lock_guard lock(mutex_);
  const auto earliest_of_both = std::max(earliest_, earliest);
  const auto latest_of_both = std::min(latest_, latest);
  // Otherwise one of the clocks was set, or they have drifted apart.
  const bool agrees = is_known_ && earliest_of_both <= latest_of_both;
  earliest_ = agrees ? earliest_of_both : earliest;
  latest_ = agrees ? latest_of_both : latest;
  is_known_ = true;
}

Milliseconds PostgresClock::ahead_of(const Clock& clock) const {
  const std::lock_guard lock(mutex_);
  if (!is_known_) return Milliseconds{0};
  const Timestamp server{std::chrono::floor<Milliseconds>(clock.steady_now().time_since_epoch() +
                                                          earliest_ + (latest_ - earliest_) / 2)};
  return server - clock.now();
}

}  // namespace ticketing::db
