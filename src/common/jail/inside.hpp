// The inside of the jail, for the program that is confined: it enters before it reads its input.
// Linked into child programs only, and therefore free of the other rooms.
#pragma once

#include <cstddef>
#include <string_view>

namespace ticketing::jail {

struct Bounds {
  std::size_t memory_bytes = std::size_t{384} * 1024 * 1024;  // of addresses
  unsigned cpu_seconds = 6;
};

// From now on this process can read descriptor 0, write descriptors 1 and 2, compute and end; it
// has no network, no files, no other processes and no new descriptors, also as root. `kind` is
// "seccomp", or "namespaces" for namespaces of its own and an empty root folder in addition. Gives
// null, or what failed: end then.
const char* enter(std::string_view kind, const Bounds& bounds = {});

}  // namespace ticketing::jail
