#include "contracts/show_sales.hpp"

#include <gtest/gtest.h>

#include "contracts/limits.hpp"

namespace ticketing::contracts {
namespace {

std::string refusal(ShowPlan plan, Timestamp starts_at, Timestamp now) {
  const auto allowed = check_sale(plan, starts_at, now);
  return allowed ? "" : std::string(allowed.error().slug.name());
}

TEST(SaleOfAShow, EndsWhenItBegins) {
  const Timestamp starts_at = from_millis(1'000), before = from_millis(999);
  EXPECT_EQ(refusal(ShowPlan::scheduled, starts_at, before), "");
  EXPECT_EQ(refusal(ShowPlan::scheduled, starts_at, starts_at), "show_over");
}

TEST(SaleOfAShow, GoesOnWhileItIsPostponedAndNotWhenItIsCancelled) {
  const Timestamp starts_at = from_millis(1'000), before = from_millis(999);
  EXPECT_EQ(refusal(ShowPlan::postponed, starts_at, from_millis(5'000)), "");
  EXPECT_EQ(refusal(ShowPlan::cancelled, starts_at, before), "show_cancelled");
  EXPECT_EQ(refusal(ShowPlan::cancelled, starts_at, starts_at), "show_over");
}

TEST(PriceCap, AllowsUpToThePercentageOfTheFaceValue) {
  const std::optional<Money> face_value = Money{1'850};
  EXPECT_TRUE(check_price(Money{2'035}, face_value, 110));
  const auto refused = check_price(Money{2'036}, face_value, 110);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().slug, "price_above_cap");
  EXPECT_EQ(refused.error().slug.params().at(0).json, "20.35");
  EXPECT_EQ(refused.error().fields.at(0).field, "price");
}

TEST(PriceCap, IsNotExceededByAFractionOfACent) {
  EXPECT_TRUE(check_price(Money{1}, Money{1}, 199));
  EXPECT_FALSE(check_price(Money{2}, Money{1}, 199));
}

TEST(PriceCap, HasRoomForTheHighestFaceValue) {
  const Money most{price_cents_max};
  EXPECT_TRUE(check_price(most, most, 1'000));
  EXPECT_FALSE(check_price(most, most, 99));
}

TEST(PriceCap, NeedsTheFaceValue) {
  const auto refused = check_price(Money{1}, std::nullopt, 110);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().slug, "face_value_missing");
  EXPECT_EQ(refused.error().fields.at(0).field, "faceValue");
  EXPECT_TRUE(check_price(Money{price_cents_max}, std::nullopt, std::nullopt));
}

}  // namespace
}  // namespace ticketing::contracts
