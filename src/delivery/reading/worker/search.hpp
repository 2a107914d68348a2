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

// From the begin of the search; what was found until then counts.
struct Effort {
  std::chrono::milliseconds processor_time_max;  // of this process
  std::chrono::milliseconds time_max;            // by the clock, on a machine that is busy
};

// Of the first `pages_read_max` pages. All of them are looked at once, without a limit;
// `effort` limits what comes after that.
std::vector<Located> search(Pages& pages, const Effort& effort);

}  // namespace ticketing::delivery::reading
