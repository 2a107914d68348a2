#include "common/limits/repeats.hpp"

#include <gtest/gtest.h>

namespace ticketing::limits {
namespace {

TEST(Repeats, AreLoggedOnceAPeriodWithTheirNumber) {
  Repeats repeats(std::chrono::seconds{10});
  const SteadyTime start{std::chrono::hours{1}};
  const Caller one = Caller::address("192.0.2.1"), other = Caller::address("192.0.2.2");
  EXPECT_EQ(repeats.count(one, start), 1);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(repeats.count(one, start + std::chrono::seconds{9}), 0);
  EXPECT_EQ(repeats.count(other, start), 1) << "each caller by itself";
  EXPECT_EQ(repeats.count(one, start + std::chrono::seconds{10}), 101);
  EXPECT_EQ(repeats.count(one, start + std::chrono::seconds{30}), 1);
}

}  // namespace
}  // namespace ticketing::limits
