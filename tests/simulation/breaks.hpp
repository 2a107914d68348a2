// Safeguards of the product that a simulation can switch off.
#pragma once

#include <string>

#include "republish/shop.hpp"
#include "simulation/checks.hpp"

namespace ticketing::simulation {

// Of disk.hpp, which does not sync then: it has neither schema nor statements.
inline const std::string synced_commits = "synced_commits";

// Both throw std::invalid_argument for a name that list_breaks() has not. The first is for good,
// the second for this process.
void switch_off_in_schema(const std::string& name, Checks& checks);
void switch_off_in_statements(const std::string& name, republish::Shop& shop);

}  // namespace ticketing::simulation
