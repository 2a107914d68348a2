// Switches safeguards off, one at a time: the simulation has to notice each.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "simulation/simulation.hpp"

namespace ticketing::simulation {
namespace {

class Breaks : public testing::TestWithParam<Break> {};

TEST_P(Breaks, AreFound) {
  constexpr int seeds_max = 2'000;
  for (int i = 1; i <= seeds_max; ++i) {
    const auto outcome =
        simulate({.seed = static_cast<std::uint64_t>(i), .broken = GetParam().name});
    if (outcome.violation.empty()) continue;
    fmt::print("{}: found with seed {}: {}\n", GetParam().name, i, outcome.violation);
    return;
  }
  ADD_FAILURE() << "nothing notices that it is switched off: " << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(Safeguards, Breaks, testing::ValuesIn(list_breaks()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace ticketing::simulation
