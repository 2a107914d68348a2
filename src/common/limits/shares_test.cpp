#include "common/limits/shares.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ticketing::limits {
namespace {

const Caller a = Caller::address("192.0.2.1"), b = Caller::address("192.0.2.2");
const Caller alice = Caller::user("alice");

TEST(Shares, AreLimitedForEachAddress) {
  Shares shares({.per_address = 2, .in_all = 10});
  std::vector<Shares::Hold> holds(3);
  EXPECT_EQ(shares.take(holds[0], {a}), Full::no);
  EXPECT_EQ(shares.take(holds[1], {a}), Full::no);
  EXPECT_EQ(shares.take(holds[2], {a}), Full::address);
  EXPECT_EQ(shares.take(holds[2], {b}), Full::no);
  holds[0].release();
  Shares::Hold again;
  EXPECT_EQ(shares.take(again, {a}), Full::no);
  EXPECT_EQ(shares.of(a), 2);
}

TEST(Shares, AreLimitedForAUserWhereverTheUserIs) {
  Shares shares({.per_address = 5, .per_user = 2});
  Shares::Hold first, second, third;
  EXPECT_EQ(shares.take(first, {a, alice}), Full::no);
  EXPECT_EQ(shares.take(second, {b, alice}), Full::no);
  EXPECT_EQ(shares.take(third, {b, alice}), Full::user);
  EXPECT_EQ(shares.take(third, {b, Caller::user("bob")}), Full::no);
}

TEST(Shares, AreLimitedInAll) {
  Shares shares({.in_all = 100});
  Shares::Hold first, second;
  EXPECT_EQ(shares.take(first, {a}, 60), Full::no);
  EXPECT_EQ(shares.take(second, {b}, 60), Full::all);
  EXPECT_EQ(shares.take(second, {b}, 40), Full::no);
  EXPECT_EQ(shares.in_all(), 100);
}

TEST(Shares, AreReturnedWhenTheirHolderEndsAndItsEntryIsDeleted) {
  Shares shares({.per_address = 1, .per_user = 1, .in_all = 1});
  {
    Shares::Hold hold;
    EXPECT_EQ(shares.take(hold, {a, alice}), Full::no);
    const Shares::Hold moved = std::move(hold);
    EXPECT_EQ(shares.in_all(), 1);
  }
  EXPECT_EQ(shares.in_all(), 0);
  EXPECT_EQ(shares.of(a), 0);
  EXPECT_EQ(shares.of(alice), 0);
}

TEST(Shares, GrowAndShrinkWithTheirHolder) {
  Shares shares({.per_address = 10});
  Shares::Hold hold;
  EXPECT_EQ(shares.take(hold, {a}, 4), Full::no);
  EXPECT_EQ(hold.resize(10), Full::no);
  EXPECT_EQ(hold.resize(11), Full::address);
  EXPECT_EQ(hold.amount(), 10);
  EXPECT_EQ(hold.resize(1), Full::no);
  EXPECT_EQ(shares.of(a), 1);
}

TEST(Shares, ReuseTheEntryOfTheCallerThatHasBeenIdleLongest) {
  Shares shares({.per_address = 2}, 3);
  Shares::Hold held, other;
  ASSERT_EQ(shares.take(held, {a}), Full::no);
  for (int i = 0; i < 1'000; ++i) {
    const Parties caller{Caller::address("198.51.100." + std::to_string(i % 250))};
    ASSERT_EQ(shares.take(other, caller), Full::no);
    EXPECT_EQ(shares.of(*caller.address), 1);
  }
  EXPECT_LE(shares.callers(), 5U);
  EXPECT_EQ(shares.of(a), 1);
  EXPECT_EQ(shares.take(other, {a}), Full::no);
  Shares::Hold third;
  EXPECT_EQ(shares.take(third, {a}), Full::address);
}

TEST(Shares, KeepTheEntryOfAHolderThatHasNothingAtTheMoment) {
  Shares shares({.per_address = 10}, 2);
  Shares::Hold hold, other;
  ASSERT_EQ(shares.take(hold, {a}, 0), Full::no);
  for (int i = 0; i < 10; ++i) {
    const std::string address = "198.51.100." + std::to_string(i);
    ASSERT_EQ(shares.take(other, {Caller::address(address)}), Full::no);
  }
  EXPECT_EQ(hold.resize(4), Full::no);
  EXPECT_EQ(shares.of(a), 4);
  hold.release();
  EXPECT_EQ(shares.of(a), 0);
}

TEST(Shares, OfACallerThatWasRefusedAreNotCounted) {
  Shares shares({.per_address = 2, .per_user = 1}, 2);
  Shares::Hold first, second;
  ASSERT_EQ(shares.take(first, {a, alice}), Full::no);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(shares.take(second, {b, alice}), Full::user);
  EXPECT_EQ(shares.of(b), 0);
  EXPECT_EQ(shares.in_all(), 1);
}

}  // namespace
}  // namespace ticketing::limits
