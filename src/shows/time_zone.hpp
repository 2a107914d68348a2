// Time zones of the IANA database, as the system has it. Its files know the transitions until 2037.
#pragma once

#include <chrono>
#include <string_view>

#include "common/base/clock.hpp"

namespace ticketing::shows {

// Whether the name is one of a place ("Europe/Berlin", "Etc/GMT+2") or "UTC".
bool is_time_zone(std::string_view name);

// By how much the time there is ahead of UTC at that moment. `zone` has to be a time zone.
std::chrono::seconds utc_offset(std::string_view zone, Timestamp at);

// The date there at that moment.
std::chrono::sys_days local_day(std::string_view zone, Timestamp at);

}  // namespace ticketing::shows
