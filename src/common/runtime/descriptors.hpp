// How many files and connections the process may have open at once.
#pragma once

#include <cstdint>

namespace ticketing::runtime {

// Raises the soft limit to the hard one, which is what an administrator has allowed; the soft one
// is often 1,024 for old programs' sake. Gives the limit from now on.
std::int64_t raise_descriptor_limit();

}  // namespace ticketing::runtime
