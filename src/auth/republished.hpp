// What auth publishes once more.
#pragma once

#include "common/bus/republished.hpp"

namespace ticketing::auth {

bus::Republished republished();

}  // namespace ticketing::auth
