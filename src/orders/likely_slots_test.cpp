#include "orders/likely_slots.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace ticketing::orders {
namespace {

const BuyerLimits limits{.live_orders_max = 10, .live_orders_of_address_max = slots_max};

TEST(LikelySlots, AreAllDifferentUntilEachWasChosen) {
  LikelySlots likely(1);
  std::set<int> of_buyer, of_address;
  for (int i = 0; i < 10; ++i)
    of_buyer.insert(*likely.choose("buyer", "other", "", limits).of_buyer);
  for (int i = 0; i < slots_max; ++i) {
    of_address.insert(*likely.choose("fresh", "address 192.0.2.1", "", limits).of_address);
  }
  EXPECT_EQ(of_buyer.size(), 10U);
  EXPECT_EQ(*of_buyer.rbegin(), 9);
  EXPECT_EQ(of_address.size(), static_cast<std::size_t>(slots_max));
  EXPECT_EQ(*of_address.rbegin(), slots_max - 1);
}

TEST(LikelySlots, AreNoneWithoutALimit) {
  LikelySlots likely(1);
  const Slots slots = likely.choose(
      "buyer", "address", "show",
      {.live_orders_max = 0, .live_orders_of_address_max = 0, .orders_of_show_max = 0});
  EXPECT_EQ(slots.of_buyer, std::nullopt);
  EXPECT_EQ(slots.of_address, std::nullopt);
  EXPECT_EQ(slots.of_show, std::nullopt);
}

TEST(LikelySlots, OfAShowAreOfOneBuyerAndNoneWithoutAShow) {
  LikelySlots likely(1);
  std::set<int> of_show;
  for (int i = 0; i < 10; ++i) {
    of_show.insert(*likely.choose("buyer", "other", "show", limits).of_show);
    likely.choose("buyer", "other", "another show", limits);
  }
  EXPECT_EQ(of_show.size(), 10U);
  EXPECT_EQ(likely.choose("buyer", "other", "", limits).of_show, std::nullopt);
}

// A buyer's second order at another replica should not meet the first one's slot.
TEST(LikelySlots, BeginElsewhereInEachReplica) {
  int equal = 0;
  for (int i = 0; i < 1'000; ++i) {
    const std::string buyer = "buyer " + std::to_string(i);
    LikelySlots one(1), other(2);
    if (one.choose(buyer, "", "", limits).of_buyer == other.choose(buyer, "", "", limits).of_buyer)
      ++equal;
  }
  EXPECT_LT(equal, 300);
}

}  // namespace
}  // namespace ticketing::orders
