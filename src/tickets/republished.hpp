// What tickets publishes once more: each ticket as it is now.
#pragma once

#include "common/bus/republished.hpp"

namespace ticketing::tickets {

bus::Republished republished();

}  // namespace ticketing::tickets
