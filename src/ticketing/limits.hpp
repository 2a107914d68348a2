// Every limit that is counted for each caller, of all services: the rows of docs/limits.md.
#pragma once

#include "common/limits/limit.hpp"

namespace ticketing {

limits::Limits all_limits();

}  // namespace ticketing
