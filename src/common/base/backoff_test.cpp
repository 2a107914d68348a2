#include "common/base/backoff.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace ticketing {
namespace {

constexpr Backoff doubling{.shortest = Milliseconds{500}, .longest = Milliseconds{3'000}};
constexpr Backoff linear{.shortest = Milliseconds{250},
                         .longest = Milliseconds{1'000},
                         .growth = Backoff::Growth::linear};

std::vector<std::int64_t> pauses(const Backoff& backoff, int failures) {
  std::vector<std::int64_t> all;
  for (int i = 1; i <= failures; ++i) all.push_back(backoff.after(i).count());
  return all;
}

TEST(Backoff, DoublesUpToTheLongestPause) {
  EXPECT_EQ(pauses(doubling, 5), (std::vector<std::int64_t>{500, 1'000, 2'000, 3'000, 3'000}));
}

TEST(Backoff, GrowsByTheSameStepWhenLinear) {
  EXPECT_EQ(pauses(linear, 6), (std::vector<std::int64_t>{250, 500, 750, 1'000, 1'000, 1'000}));
}

TEST(Backoff, DoesNotOverflowAfterVeryManyFailures) {
  for (const std::int64_t failures : {std::int64_t{64}, std::int64_t{1'000'000'000}, INT64_MAX}) {
    EXPECT_EQ(doubling.after(failures), doubling.longest);
    EXPECT_EQ(linear.after(failures), linear.longest);
  }
}

TEST(Backoff, TreatsACountBelowOneAsTheFirstFailure) {
  EXPECT_EQ(doubling.after(0), doubling.shortest);
  EXPECT_EQ(linear.after(-1), linear.shortest);
}

TEST(Backoff, FollowsTheLastPauseAsItFollowsTheCount) {
  Milliseconds pause{0};
  for (int failures = 1; failures <= 6; ++failures) {
    pause = doubling.next(pause);
    EXPECT_EQ(pause, doubling.after(failures)) << failures;
  }
}

TEST(Backoff, PausesAsLongAgainAsTheFailureIsOld) {
  EXPECT_EQ(doubling.for_age(Milliseconds{0}), Milliseconds{500});
  EXPECT_EQ(doubling.for_age(Milliseconds{1'700}), Milliseconds{1'700});
  EXPECT_EQ(doubling.for_age(std::chrono::hours{1}), Milliseconds{3'000});
}

TEST(Backoff, AddsUpItsPauses) {
  EXPECT_EQ(doubling.total(0), Milliseconds{0});
  EXPECT_EQ(doubling.total(4), Milliseconds{6'500});
  EXPECT_EQ(linear.total(5), Milliseconds{3'500});
}

TEST(Backoff, JitterStaysWithinItsBoundsAndVaries) {
  SeededRandom random(7);
  std::set<Milliseconds> halves, spread;
  for (int i = 0; i < 1'000; ++i) {
    halves.insert(half_to_whole(Milliseconds{500}, random));
    spread.insert(up_to(Milliseconds{500}, random));
  }
  EXPECT_GE(*halves.begin(), Milliseconds{250});
  EXPECT_LE(*halves.rbegin(), Milliseconds{500});
  EXPECT_GT(halves.size(), 200U);
  EXPECT_GE(*spread.begin(), Milliseconds{1});
  EXPECT_LE(*spread.rbegin(), Milliseconds{500});
  EXPECT_GT(spread.size(), 300U);
}

TEST(Backoff, JitterLeavesTheShortestPausesAlone) {
  SeededRandom random(7);
  EXPECT_EQ(half_to_whole(Milliseconds{0}, random), Milliseconds{0});
  EXPECT_EQ(half_to_whole(Milliseconds{1}, random), Milliseconds{1});
  EXPECT_EQ(up_to(Milliseconds{1}, random), Milliseconds{1});
}

}  // namespace
}  // namespace ticketing
