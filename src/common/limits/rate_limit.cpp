#include "common/limits/rate_limit.hpp"

#include <algorithm>
#include <cmath>

namespace ticketing::limits {

RateLimit::RateLimit(std::int64_t count, std::chrono::seconds period, std::size_t entries_max)
    : count_(static_cast<double>(count)),
      per_second_(count_ / static_cast<double>(period.count())),
      buckets_(entries_max) {}

RateLimit::Bucket& RateLimit::filled(const Caller& caller, SteadyTime now) {
  Bucket& bucket = buckets_.at(caller, {.tokens = count_, .at = now});
  const double passed = std::chrono::duration<double>(now - bucket.at).count();
  bucket.tokens = std::min(count_, bucket.tokens + std::max(passed, 0.0) * per_second_);
  bucket.at = now;
  return bucket;
}

std::chrono::seconds RateLimit::wait_of(const Bucket& bucket) const {
  // A sum of many small refills may be short of 1 by a rounding error.
  constexpr double one = 1 - 1e-9;
  if (bucket.tokens >= one) return std::chrono::seconds{0};
  const double wait = std::ceil((one - bucket.tokens) / per_second_);
  return std::chrono::seconds{std::max<std::int64_t>(1, static_cast<std::int64_t>(wait))};
}

std::chrono::seconds RateLimit::take(const Caller& caller, SteadyTime now) {
  if (count_ <= 0) return std::chrono::seconds{0};
  Bucket& bucket = filled(caller, now);
  const std::chrono::seconds wait = wait_of(bucket);
  if (wait.count() == 0) bucket.tokens = std::max(0.0, bucket.tokens - 1);
  return wait;
}

std::chrono::seconds RateLimit::wait_for(const Caller& caller, SteadyTime now) {
  if (count_ <= 0) return std::chrono::seconds{0};
  return wait_of(filled(caller, now));
}

void RateLimit::return_token(const Caller& caller) {
  Bucket* bucket = buckets_.find(caller);
  if (bucket != nullptr) bucket->tokens = std::min(count_, bucket->tokens + 1);
}

}  // namespace ticketing::limits
