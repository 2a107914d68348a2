// Runs the simulation: a fixed set of seeds, fresh ones, and the same seed twice.
// TICKETING_SIMULATIONS says how many seeds, TICKETING_TEST_SCALE makes them fewer.
#include "simulation/simulation.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "fixtures/number_from.hpp"

namespace ticketing::simulation {
namespace {

int seeds_to_run(double otherwise) {
  return static_cast<int>(fixtures::number_from("TICKETING_SIMULATIONS", otherwise) *
                          fixtures::number_from("TICKETING_TEST_SCALE", 1));
}

Outcome expect_none_violated(std::uint64_t first, int count) {
  Outcome all;
  for (int i = 0; i < count; ++i) {
    const Plan plan{.seed = first + static_cast<std::uint64_t>(i)};
    const Outcome outcome = simulate(plan);
    EXPECT_EQ(outcome.violation, "") << "simulate --seed " << plan.seed << " --trace";
    all.crashes += outcome.crashes;
    all.power_cuts += outcome.power_cuts;
    all.ordered += outcome.ordered;
    all.paid += outcome.paid;
    all.revealed += outcome.revealed;
    all.refunded += outcome.refunded;
  }
  fmt::print(
      "seeds {} to {}: {} crashes, {} power cuts, {} ordered, {} paid, {} shown, {} refunded\n",
      first, first + static_cast<std::uint64_t>(count) - 1, all.crashes, all.power_cuts,
      all.ordered, all.paid, all.revealed, all.refunded);
  EXPECT_GT(all.paid, 0);
  EXPECT_GT(all.crashes, 0);
  return all;
}

TEST(Simulation, HoldsItsPromisesWithTheSeedsOfEveryRun) {
  EXPECT_GT(expect_none_violated(1, std::max(3, seeds_to_run(8))).power_cuts, 0);
}

TEST(Simulation, HoldsItsPromisesWithFreshSeeds) {
  expect_none_violated(std::random_device{}(), std::max(3, seeds_to_run(4)));
}

TEST(Simulation, IsTheSameForTheSameSeed) {
  const Plan plan{.seed = 7};
  EXPECT_EQ(simulate(plan).hash, simulate(plan).hash);
  EXPECT_NE(simulate(plan).hash, simulate({.seed = 8}).hash);
}

}  // namespace
}  // namespace ticketing::simulation
