// The disk of a simulation. It sits between SQLite and the files, keeps in mind what was written
// and not synced, and loses that when the power goes: each write is then on the disk, or is not, or
// ends early. There is one for the process, of the simulation that runs.
#pragma once

#include <cstdint>

#include "common/base/random.hpp"

namespace ticketing::simulation::disk {

// Before databases are opened: what an earlier simulation left is forgotten.
void begin(bool ignores_syncs);

// The power goes in the middle of the writes and syncs to come, after this many. From then on
// nothing reaches the files.
void cut_power_after(std::uint64_t operations);
// It does not go, if it has not gone yet.
void keep_power();
bool is_off();

// When it is off and no database is open any more: what was not synced is lost, as `random`
// decides, and the disk works again.
void restore_power(Random& random);

}  // namespace ticketing::simulation::disk
