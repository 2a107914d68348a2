#include "payments/stripe/circuit_breaker.hpp"

#include <gtest/gtest.h>

namespace ticketing::payments::stripe {
namespace {

const SteadyTime start{std::chrono::hours{1}};
const CircuitBreaker::Settings settings{
    .failures_max = 3, .open_for = {.shortest = Milliseconds{100}, .longest = Milliseconds{300}}};

CircuitBreaker opened() {
  CircuitBreaker breaker(settings);
  for (int i = 0; i < 3; ++i) breaker.failed(start);
  return breaker;
}

TEST(CircuitBreaker, OpensAfterARowOfFailuresOnly) {
  CircuitBreaker breaker(settings);
  breaker.failed(start);
  breaker.failed(start);
  breaker.succeeded();
  breaker.failed(start);
  breaker.failed(start);
  EXPECT_TRUE(breaker.admits(start));
  breaker.failed(start);
  EXPECT_FALSE(breaker.admits(start));
  EXPECT_TRUE(breaker.is_open());
}

TEST(CircuitBreaker, LetsOneProbeThroughWhenThePauseIsOver) {
  CircuitBreaker breaker = opened();
  EXPECT_FALSE(breaker.admits(start + Milliseconds{99}));
  EXPECT_TRUE(breaker.admits(start + Milliseconds{100}));
  EXPECT_FALSE(breaker.admits(start + Milliseconds{100}));
  breaker.succeeded();
  EXPECT_TRUE(breaker.admits(start + Milliseconds{100}));
  EXPECT_FALSE(breaker.is_open());
}

TEST(CircuitBreaker, WaitsTwiceAsLongAfterEachFailedProbeUpToABound) {
  CircuitBreaker breaker = opened();
  SteadyTime now = start + Milliseconds{100};
  for (const int pause : {200, 300, 300}) {
    ASSERT_TRUE(breaker.admits(now));
    breaker.failed(now);
    EXPECT_FALSE(breaker.admits(now + Milliseconds{pause - 1}));
    now += Milliseconds{pause};
  }
}

TEST(CircuitBreaker, IsNotKeptOpenByOldCallsThatFailLate) {
  CircuitBreaker breaker = opened();
  breaker.failed(start + Milliseconds{90});
  EXPECT_TRUE(breaker.admits(start + Milliseconds{100}));
}

}  // namespace
}  // namespace ticketing::payments::stripe
