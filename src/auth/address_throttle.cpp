#include "auth/address_throttle.hpp"

#include <algorithm>
#include <cmath>

namespace ticketing::auth {
namespace {

constexpr std::size_t buckets_max = 100'000;

}  // namespace

std::chrono::seconds AddressThrottle::take(const std::string& address, SteadyTime now) {
  if (buckets_.size() >= buckets_max && !buckets_.contains(address)) {
    // A bucket untouched for a minute is full again, so nothing is lost with it.
    std::erase_if(buckets_, [&](const auto& entry) {
      return now - entry.second.at > std::chrono::minutes{1};
    });
    if (buckets_.size() >= buckets_max) buckets_.clear();
  }
  Bucket& bucket =
      buckets_.try_emplace(address, Bucket{.tries = static_cast<double>(per_minute_), .at = now})
          .first->second;
  const double per_second = per_minute_ / 60.0;
  const double passed = std::chrono::duration<double>(now - bucket.at).count();
  bucket.tries = std::min(static_cast<double>(per_minute_), bucket.tries + passed * per_second);
  bucket.at = now;
  if (bucket.tries < 1) {
    return std::chrono::seconds{
        static_cast<std::int64_t>(std::ceil((1 - bucket.tries) / per_second))};
  }
  bucket.tries -= 1;
  return std::chrono::seconds{0};
}

}  // namespace ticketing::auth
