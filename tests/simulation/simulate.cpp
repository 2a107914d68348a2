// simulate: replays one seed, runs many, or shows that the checks see a safeguard that is off.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>

#include "simulation/simulation.hpp"

namespace ticketing::simulation {
namespace {

void print(const Plan& plan, const Outcome& outcome) {
  fmt::print(
      "seed {}: {} steps, {} crashes, {:.1f} h; {} listed, {} ordered, {} paid, {} shown, "
      "{} refunded, {} refused, {} unknown; hash {:016x}\n",
      plan.seed, outcome.steps, outcome.crashes,
      static_cast<double>(outcome.simulated_ms) / 3'600'000, outcome.listed, outcome.ordered,
      outcome.paid, outcome.revealed, outcome.refunded, outcome.refused, outcome.unknown,
      outcome.hash);
  if (!outcome.violation.empty()) {
    fmt::print("VIOLATED with --seed {} --steps {}: {}\n", plan.seed, plan.steps,
               outcome.violation);
  }
}

// The shortest run of this seed that still fails.
Plan shrink(Plan plan) {
  for (int low = 0; low + 1 < plan.steps;) {
    Plan shorter = plan;
    shorter.steps = low + (plan.steps - low) / 2;
    if (simulate(shorter).violation.empty()) {
      low = shorter.steps;
    } else {
      plan = shorter;
    }
  }
  return plan;
}

}  // namespace
}  // namespace ticketing::simulation

int main(int argc, char** argv) {
  using namespace ticketing::simulation;
  Plan plan;
  int seeds = 1;
  bool lists_breaks = false, shrinks = false;
  CLI::App app("Simulates the marketplace from a seed");
  app.add_option("--seed", plan.seed, "the first seed")->capture_default_str();
  app.add_option("--seeds", seeds, "how many seeds")->capture_default_str();
  app.add_option("--steps", plan.steps, "of each seed")->capture_default_str();
  app.add_option("--break", plan.broken, "switch off a safeguard");
  app.add_flag("--trace", plan.is_told, "tell what happens");
  app.add_flag("--shrink", shrinks, "find a shorter run that fails");
  app.add_flag("--list-breaks", lists_breaks, "the safeguards that can be switched off");
  CLI11_PARSE(app, argc, argv);
  if (lists_breaks) {
    for (const Break& each : list_breaks()) fmt::print("{}: {}\n", each.name, each.what);
    return 0;
  }
  const auto begun = std::chrono::steady_clock::now();
  std::int64_t simulated_ms = 0;
  for (int i = 0; i < seeds; ++i, ++plan.seed) {
    const Outcome outcome = simulate(plan);
    simulated_ms += outcome.simulated_ms;
    if (seeds <= 20 || !outcome.violation.empty()) print(plan, outcome);
    if (outcome.violation.empty()) continue;
    if (shrinks) {
      const Plan shorter = shrink(plan);
      print(shorter, simulate(shorter));
    }
    return 1;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  fmt::print("{} seeds, no violation: {:.1f} h of the marketplace in {:.1f} s\n", seeds,
             static_cast<double>(simulated_ms) / 3'600'000, took.count());
  return 0;
}
