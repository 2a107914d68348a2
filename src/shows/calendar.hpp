// A show as a calendar file (RFC 5545). No I/O.
#pragma once

#include <string>

#include "shows/show.hpp"

namespace ticketing::shows {

// `now` is when the file is made.
std::string to_calendar(const Show& show, Timestamp now);

}  // namespace ticketing::shows
