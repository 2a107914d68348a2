// Safeguards that a simulation can switch off in the databases.
#pragma once

#include <string>

#include "simulation/checks.hpp"

namespace ticketing::simulation {

// Throws std::invalid_argument for a name that list_breaks() has not.
void switch_off(const std::string& name, Checks& checks);

}  // namespace ticketing::simulation
