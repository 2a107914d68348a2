// Looks for codes on the pages of a file: first at once, then with more effort where there are
// none.
#pragma once

#include <chrono>
#include <vector>

#include "delivery/reading/worker/pages.hpp"
#include "delivery/reading/worker/scan.hpp"

namespace ticketing::delivery::reading {

struct Located {
  Scanned code;
  int page = 1;
};

// Of the first `pages_read_max` pages. More effort ends `patience` after the begin of the search;
// what was found until then counts.
std::vector<Located> search(Pages& pages, std::chrono::milliseconds patience);

}  // namespace ticketing::delivery::reading
