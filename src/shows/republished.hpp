// What shows publishes once more: each show as it is now.
#pragma once

#include "common/bus/republished.hpp"
#include "shows/settings.hpp"

namespace ticketing::shows {

bus::Republished republished(const Settings& settings);

}  // namespace ticketing::shows
