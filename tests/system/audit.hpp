// The audit: reads the databases of all services and reports what violates an invariant (I1 to I7,
// I13: no ticket sold twice, no charge without a complete order, …; docs/invariants.md).
#pragma once

#include <string>
#include <vector>

#include "system/system.hpp"

namespace ticketing::system {

// Waits until every event is published, no payment is in progress and every ended order is
// finished. Returns what is still in progress after `limit`, or an empty text.
std::string wait_for_rest(System& system, std::chrono::milliseconds limit);

// Every violation once the system is at rest; empty when all is consistent.
std::vector<std::string> audit(System& system);

// audit() as one text for a test's message, shortened to the first few.
std::string audit_report(System& system);

}  // namespace ticketing::system
