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
    slots.insert(*free_slots({.of_buyer = 0b010}, three, random)->of_buyer);
  }
  EXPECT_EQ(slots, (std::set<int>{0, 2}));
}

TEST(Buyer, GetsTheLastOfAllSlots) {
  const BuyerLimits most{.live_orders_max = slots_max};
  const std::uint64_t all = (std::uint64_t{1} << slots_max) - 1;
  for (const int last : {0, 31, slots_max - 1}) {
    const std::uint64_t used = all & ~(std::uint64_t{1} << last);
    EXPECT_EQ(free_slots({.of_buyer = used}, most, 12'345)->of_buyer, last);
  }
  EXPECT_FALSE(free_slots({.of_buyer = all}, most, 0));
}

TEST(Buyer, IsRefusedWhenAllSlotsAreUsed) {
  const auto refused = free_slots({.of_buyer = 0b111}, three, 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_EQ(refused.error().slug, "too_many_orders");
}

TEST(Buyer, NeedsNoSlotWithoutALimit) {
  const auto slot = free_slots({.of_buyer = ~0ULL}, {.live_orders_max = 0}, 0);
  ASSERT_TRUE(slot);
  EXPECT_EQ(slot->of_buyer, std::nullopt);
}

TEST(Buyer, IsRefusedWhenAllSlotsOfTheAddressAreUsed) {
  const BuyerLimits two{.live_orders_max = 3, .live_orders_of_address_max = 2};
  EXPECT_EQ(free_slots({.of_address = 0b01}, two, 0)->of_address, 1);
  const auto refused = free_slots({.of_address = 0b11}, two, 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::throttled);
  EXPECT_EQ(refused.error().slug, "too_many_orders_of_address");
  EXPECT_GT(refused.error().retry_after, std::chrono::seconds{0});
  const BuyerLimits none{.live_orders_of_address_max = 0};
  EXPECT_EQ(free_slots({.of_address = ~0ULL}, none, 0)->of_address, std::nullopt);
}

TEST(Buyer, IsRefusedWhenAllSlotsOfTheShowAreUsed) {
  const BuyerLimits two{.orders_of_show_max = 2};
  EXPECT_EQ(free_slots({.of_show = 0b10}, two, 0)->of_show, 0);
  const auto refused = free_slots({.of_show = 0b11}, two, 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_EQ(refused.error().slug, "too_many_orders");
  EXPECT_EQ(refused.error().fields.at(0).code, "too_many_orders_of_show");
  const BuyerLimits none{.orders_of_show_max = 0};
  EXPECT_EQ(free_slots({.of_show = ~0ULL}, none, 0)->of_show, std::nullopt);
}

TEST(Buyer, MayHaveAsManySlotsAsThereAreBits) {
  const BuyerLimits most{.live_orders_max = slots_max};
  const std::uint64_t all_but_one = (1ULL << (slots_max - 1)) - 1;
  const auto slots = free_slots({.of_buyer = all_but_one, .of_address = all_but_one}, most, 7);
  EXPECT_EQ(slots->of_buyer, slots_max - 1);
  EXPECT_EQ(slots->of_address, slots_max - 1);
}

TEST(Buyer, WaitsAfterTheThirdExpiryOfTheSameTicket) {
  const Timestamp last_expiry = now - std::chrono::minutes{20};
  const auto refused = check_pause(last_expiry, three, now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::throttled);
  EXPECT_EQ(refused.error().slug, "ticket_paused");
  EXPECT_EQ(refused.error().retry_after, std::chrono::minutes{40});
  EXPECT_TRUE(check_pause(last_expiry, three, now + std::chrono::minutes{40}));
}

TEST(Buyer, DoesNotWaitBeforeTheThirdExpiryNorWithoutAPause) {
  EXPECT_TRUE(check_pause(std::nullopt, three, now));
  EXPECT_TRUE(check_pause(now, {.pause = std::chrono::seconds{0}}, now));
}

}  // namespace
}  // namespace ticketing::orders
