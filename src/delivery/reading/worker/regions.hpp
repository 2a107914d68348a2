// Where on a page something like a code may be: many changes between dark and light, close
// together.
#pragma once

#include <vector>

#include "delivery/reading/worker/grey.hpp"

namespace ticketing::delivery::reading {

// At most 24 areas, the likeliest first, each with a margin around it. Paragraphs of text are
// among them.
std::vector<Area> regions_of(const Grey& picture);

}  // namespace ticketing::delivery::reading
