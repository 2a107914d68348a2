#include "common/base/id.hpp"

#include <gtest/gtest.h>

#include <set>

namespace ticketing {
namespace {

class FixedClock final : public Clock {
 public:
  Timestamp now() const override { return from_millis(ms); }
  SteadyTime steady_now() const override { return {}; }
  std::int64_t ms = 1'700'000'000'000;
};

TEST(Id, GrowsStrictlyAlsoWithinOneMillisecondAndWhenTheClockStepsBack) {
  FixedClock clock;
  SeededRandom random(7);
  IdGenerator ids(clock, random);
  std::string last;
  for (int i = 0; i < 20'000; ++i) {
    if (i == 10'000) clock.ms -= 3'600'000;
    const std::string id = ids.next();
    ASSERT_TRUE(is_uuid(id)) << id;
    ASSERT_LT(last, id);
    last = id;
  }
}

TEST(Id, ContainsTheTimeOfItsCreation) {
  FixedClock clock;
  SeededRandom random(7);
  EXPECT_EQ(time_of_id(IdGenerator(clock, random).next()), clock.now());
  EXPECT_FALSE(time_of_id("9f1c1a52-6f0e-4a7e-8d3a-1f2e3d4c5b6a"));  // version 4
}

TEST(Id, DistinguishesAUuidFromOtherText) {
  EXPECT_TRUE(is_uuid("018c0000-0000-7000-8000-000000000000"));
  for (const char* text :
       {"", "018c0000-0000-7000-8000-00000000000", "018C0000-0000-7000-8000-000000000000",
        "018c0000_0000-7000-8000-000000000000", "../../../etc/passwd-0000-000000000000"}) {
    EXPECT_FALSE(is_uuid(text)) << text;
  }
}

TEST(Random, StaysBelowItsBoundAndReachesAllOfIt) {
  SeededRandom random(1);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random.below(10));
  EXPECT_EQ(seen.size(), 10U);
  EXPECT_EQ(*seen.rbegin(), 9U);
}

}  // namespace
}  // namespace ticketing
