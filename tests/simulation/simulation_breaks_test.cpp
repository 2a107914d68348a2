// Switches safeguards off, one at a time: the simulation has to notice each.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "simulation/simulation.hpp"

namespace ticketing::simulation {
namespace {

class Breaks : public testing::TestWithParam<Break> {};

bool is_found_with(std::uint64_t seed) {
  const auto outcome = simulate({.seed = seed, .broken = Breaks::GetParam().name});
  if (outcome.violation.empty()) return false;
  fmt::print("{}: found with seed {}: {}\n", Breaks::GetParam().name, seed, outcome.violation);
  return true;
}

// The seed that is noted saves the time of those before. A change of the product may make it
// another one.
TEST_P(Breaks, AreFound) {
  constexpr std::uint64_t seeds_max = 2'000;
  if (is_found_with(GetParam().seed)) return;
  for (std::uint64_t seed = 1; seed <= seeds_max; ++seed) {
    if (is_found_with(seed)) return;
  }
  ADD_FAILURE() << "nothing notices that it is switched off: " << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(Safeguards, Breaks, testing::ValuesIn(list_breaks()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace ticketing::simulation
