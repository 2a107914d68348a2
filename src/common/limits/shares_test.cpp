#include "common/limits/shares.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace ticketing::limits
