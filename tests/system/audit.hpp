// The audit: reads the databases of all services and says in plain words what does not agree
// (invariants I1 to I7, I13: no ticket sold twice, no charge without a complete order, …).
#pragma once

#include <string>
#include <vector>

#include "system/system.hpp"

namespace ticketing::system {

// Waits until every event is published, no payment is under way and nothing was left to do for an
// order that ended. Gives what is still going on, or nothing when all came to rest within `limit`.
std::string wait_for_rest(System& system, std::chrono::milliseconds limit);

// Everything that is wrong once the system is at rest; empty when the books agree.
std::vector<std::string> audit(System& system);

// audit() as one text for a test's message, shortened to the first few.
std::string audit_report(System& system);

}  // namespace ticketing::system
