// How often a caller may do something: a token bucket for each caller.
#pragma once

#include <chrono>
#include <cstdint>

#include "common/base/clock.hpp"
#include "common/limits/caller_table.hpp"

namespace ticketing::limits {

class RateLimit {
 public:
  // A full bucket holds `count` and an empty one is full again after `period`. A `count` of 0
  // switches the limit off.
  RateLimit(std::int64_t count, std::chrono::seconds period, std::size_t entries_max = callers_max);

  // Takes one. Gives 0 when there was one, else how long to wait until there is; then nothing was
  // taken.
  std::chrono::seconds take(const Caller& caller, SteadyTime now);
  // How long to wait until there is one, without taking it.
  std::chrono::seconds wait_for(const Caller& caller, SteadyTime now);
  // Puts one back, for example because the attempt was a success.
  void return_token(const Caller& caller);

  std::size_t callers() const { return buckets_.size(); }

 private:
  struct Bucket {
    double tokens = 0;
    SteadyTime at;
  };
  Bucket& filled(const Caller& caller, SteadyTime now);
  std::chrono::seconds wait_of(const Bucket& bucket) const;

  double count_;
  double per_second_;
  CallerTable<Bucket> buckets_;
};

}  // namespace ticketing::limits
