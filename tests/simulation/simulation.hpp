// The whole marketplace on one thread and in simulated time: people use it, events come late, twice
// and in any order, databases and the payment gateway fail, and the process ends in the middle of
// anything, the power in the middle of a write, and all starts again. A seed chooses all of it, so
// the same seed is the same run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ticketing::simulation {

struct Plan {
  std::uint64_t seed = 1;
  int steps = 400;
  std::string broken = {};  // the name of a safeguard that is switched off; empty: none
  bool is_told = false;     // prints the story
};

struct Outcome {
  std::string violation;   // of the first check that failed, and when; empty: none
  std::uint64_t hash = 0;  // of the whole story
  int steps = 0;           // that were made
  int crashes = 0;
  int power_cuts = 0;  // of these
  int listed = 0, ordered = 0, paid = 0, revealed = 0, refunded = 0, refused = 0, unknown = 0;
  std::int64_t simulated_ms = 0;
};

Outcome simulate(const Plan& plan);

// A safeguard of the product that can be switched off, to show that the checks see it.
struct Break {
  std::string name;
  std::string what;
  std::uint64_t seed;  // the first that shows it, of 1, 2, 3, …
};
std::vector<Break> list_breaks();

}  // namespace ticketing::simulation
