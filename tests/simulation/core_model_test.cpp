// Every interleaving of two orders of one ticket, and of what pays, shows and refunds them.
#include "simulation/core_model.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ticketing::simulation {
namespace {

using testing::HasSubstr;

constexpr int any_depth = 1'000;

TEST(CoreModel, HoldsItsInvariantsInEveryStateThereIs) {
  const CoreStates all = explore_core({}, any_depth);
  fmt::print("{} states, {} of them at rest, at most {} steps away\n", all.states, all.at_rest,
             all.depth);
  EXPECT_EQ(all.violation, "");
  EXPECT_GT(all.depth, 12);
}

TEST(CoreModel, NeedsOneLiveOrderOfATicket) {
  EXPECT_THAT(explore_core({.one_live_order = false}, any_depth).violation, HasSubstr("I1"));
}

TEST(CoreModel, NeedsDeliveryToBeAskedBeforeARefund) {
  EXPECT_THAT(explore_core({.delivery_is_asked = false}, any_depth).violation, HasSubstr("I24"));
}

TEST(CoreModel, NeedsTheOrderToDecideOnTheCapture) {
  EXPECT_THAT(explore_core({.capture_after_order = false}, any_depth).violation, HasSubstr("I5"));
}

TEST(CoreModel, NeedsAReleaseForAnOrderThatIsOver) {
  EXPECT_THAT(explore_core({.release_after_cancel = false}, any_depth).violation, HasSubstr("I5"));
}

}  // namespace
}  // namespace ticketing::simulation
