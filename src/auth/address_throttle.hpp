// How often one address may try to sign in: a token bucket each, kept in memory and bounded in
// number.
#pragma once

#include <string>
#include <unordered_map>

#include "common/base/clock.hpp"

namespace ticketing::auth {

class AddressThrottle {
 public:
  explicit AddressThrottle(int per_minute) : per_minute_(per_minute) {}

  // Takes one try; gives how long to wait when there is none left, zero otherwise.
  std::chrono::seconds take(const std::string& address, SteadyTime now);

 private:
  struct Bucket {
    double tries;
    SteadyTime at;
  };
  int per_minute_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace ticketing::auth
