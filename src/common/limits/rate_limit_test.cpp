#include "common/limits/rate_limit.hpp"

#include <gtest/gtest.h>

namespace ticketing::limits {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const Caller a = Caller::address("192.0.2.1"), b = Caller::address("192.0.2.2");
const SteadyTime start{std::chrono::hours{1}};

TEST(RateLimit, AllowsABurstAndGivesTheTimeUntilTheNextOne) {
  RateLimit limit(20, minutes{1});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(limit.take(a, start), seconds{0}) << i;
  EXPECT_EQ(limit.take(a, start), seconds{3});
  EXPECT_EQ(limit.take(a, start + seconds{2}), seconds{1});
  EXPECT_EQ(limit.take(a, start + seconds{3}), seconds{0});
  EXPECT_EQ(limit.take(a, start + seconds{3}), seconds{3});
}

TEST(RateLimit, OfOneCallerIsNotTakenFromAnother) {
  RateLimit limit(2, minutes{1});
  for (int i = 0; i < 10; ++i) limit.take(a, start);
  EXPECT_GT(limit.take(a, start), seconds{0});
  EXPECT_EQ(limit.take(b, start), seconds{0});
}

TEST(RateLimit, FillsUpAgainAndNoFurther) {
  RateLimit limit(3, minutes{1});
  for (int i = 0; i < 3; ++i) limit.take(a, start);
  const SteadyTime later = start + std::chrono::hours{5};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.take(a, later), seconds{0});
  EXPECT_EQ(limit.take(a, later), seconds{20});
}

TEST(RateLimit, LooksWithoutTaking) {
  RateLimit limit(1, minutes{1});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.wait_for(a, start), seconds{0});
  EXPECT_EQ(limit.take(a, start), seconds{0});
  EXPECT_EQ(limit.wait_for(a, start), seconds{60});
}

TEST(RateLimit, TakesOneBack) {
  RateLimit limit(1, minutes{1});
  limit.take(a, start);
  limit.return_token(a);
  limit.return_token(a);
  limit.return_token(b);
  EXPECT_EQ(limit.take(a, start), seconds{0});
  EXPECT_GT(limit.take(a, start), seconds{0});
}

TEST(RateLimit, OfZeroIsNone) {
  RateLimit limit(0, minutes{1});
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(limit.take(a, start), seconds{0});
  EXPECT_EQ(limit.callers(), 0U);
}

// A crowd of other addresses neither resets a caller that is in use nor grows the table.
TEST(RateLimit, KeepsACallerThatGoesOnWhileOthersAreEvicted) {
  RateLimit limit(5, minutes{1}, 100);
  for (int i = 0; i < 5; ++i) limit.take(a, start);
  for (int i = 0; i < 10'000; ++i) {
    limit.take(Caller::user(std::to_string(i)), start);
    if (i % 50 == 0) {
      ASSERT_GT(limit.take(a, start), seconds{0}) << i;
    }
  }
  EXPECT_EQ(limit.callers(), 100U);
}

}  // namespace
}  // namespace ticketing::limits
