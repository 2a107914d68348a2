#include "orders/buyer.hpp"

#include <gtest/gtest.h>

#include <set>

namespace ticketing::orders {
namespace {

const Timestamp now{std::chrono::hours{1'000'000}};
const BuyerLimits three{.live_orders_max = 3, .pause = std::chrono::minutes{60}};

TEST(Buyer, GetsAnyFreeSlot) {
  std::set<int> slots;
  for (std::uint64_t random = 0; random < 10; ++random) {
    slots.insert(*slots_for({.used_slots = 0b010}, three, now, random)->of_buyer);
  }
  EXPECT_EQ(slots, (std::set<int>{0, 2}));
}

TEST(Buyer, GetsTheLastOfAllSlots) {
  const BuyerLimits most{.live_orders_max = slots_max};
  const std::uint64_t all = (std::uint64_t{1} << slots_max) - 1;
  for (const int last : {0, 31, slots_max - 1}) {
    const std::uint64_t used = all & ~(std::uint64_t{1} << last);
    EXPECT_EQ(slots_for({.used_slots = used}, most, now, 12'345)->of_buyer, last);
  }
  EXPECT_FALSE(slots_for({.used_slots = all}, most, now, 0));
}

TEST(Buyer, IsRefusedWhenAllSlotsAreUsed) {
  const auto refused = slots_for({.used_slots = 0b111}, three, now, 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_EQ(refused.error().slug, "too_many_orders");
}

TEST(Buyer, NeedsNoSlotWithoutALimit) {
  const auto slot = slots_for({.used_slots = ~0ULL}, {.live_orders_max = 0}, now, 0);
  ASSERT_TRUE(slot);
  EXPECT_EQ(slot->of_buyer, std::nullopt);
}

TEST(Buyer, IsRefusedWhenAllSlotsOfTheAddressAreUsed) {
  const BuyerLimits two{.live_orders_max = 3, .live_orders_of_address_max = 2};
  EXPECT_EQ(slots_for({.address_slots = 0b01}, two, now, 0)->of_address, 1);
  const auto refused = slots_for({.address_slots = 0b11}, two, now, 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::throttled);
  EXPECT_EQ(refused.error().slug, "too_many_orders_of_address");
  EXPECT_GT(refused.error().retry_after, std::chrono::seconds{0});
  const BuyerLimits none{.live_orders_of_address_max = 0};
  EXPECT_EQ(slots_for({.address_slots = ~0ULL}, none, now, 0)->of_address, std::nullopt);
}

TEST(Buyer, MayHaveAsManySlotsAsThereAreBits) {
  const BuyerLimits most{.live_orders_max = slots_max};
  const std::uint64_t all_but_one = (1ULL << (slots_max - 1)) - 1;
  const auto slots =
      slots_for({.used_slots = all_but_one, .address_slots = all_but_one}, most, now, 7);
  EXPECT_EQ(slots->of_buyer, slots_max - 1);
  EXPECT_EQ(slots->of_address, slots_max - 1);
}

TEST(Buyer, WaitsAfterTheThirdExpiryOfTheSameTicket) {
  const Buyer buyer{.last_expiry = now - std::chrono::minutes{20}};
  const auto refused = slots_for(buyer, three, now, 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::throttled);
  EXPECT_EQ(refused.error().slug, "ticket_paused");
  EXPECT_EQ(refused.error().retry_after, std::chrono::minutes{40});
  EXPECT_TRUE(slots_for(buyer, three, now + std::chrono::minutes{40}, 0));
}

TEST(Buyer, DoesNotWaitBeforeTheThirdExpiryNorWithoutAPause) {
  EXPECT_TRUE(slots_for({.last_expiry = std::nullopt}, three, now, 0));
  EXPECT_TRUE(slots_for({.last_expiry = now},
                        {.live_orders_max = 3, .pause = std::chrono::seconds{0}}, now, 0));
}

}  // namespace
}  // namespace ticketing::orders
