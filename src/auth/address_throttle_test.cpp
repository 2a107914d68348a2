#include "auth/address_throttle.hpp"

#include <gtest/gtest.h>

namespace ticketing::auth {
namespace {

TEST(AddressThrottle, GivesTwentyTriesThenOneEveryThreeSeconds) {
  AddressThrottle throttle(20);
  const SteadyTime start{};
  for (int i = 0; i < 20; ++i) EXPECT_EQ(throttle.take("10.0.0.1", start).count(), 0);
  EXPECT_EQ(throttle.take("10.0.0.1", start).count(), 3);
  EXPECT_EQ(throttle.take("10.0.0.2", start).count(), 0);
  EXPECT_EQ(throttle.take("10.0.0.1", start + std::chrono::seconds{3}).count(), 0);
  EXPECT_NE(throttle.take("10.0.0.1", start + std::chrono::seconds{3}).count(), 0);
}

TEST(AddressThrottle, StaysBoundedUnderAFloodOfAddresses) {
  AddressThrottle throttle(1);
  for (int i = 0; i < 250'000; ++i) throttle.take(std::to_string(i), SteadyTime{});
  EXPECT_EQ(throttle.take("249999", SteadyTime{}).count(), 60);
}

}  // namespace
}  // namespace ticketing::auth
