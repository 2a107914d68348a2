// What is published of assignments once more: each that was revealed or released.
#pragma once

#include "common/bus/republished.hpp"

namespace ticketing::delivery::assignments {

bus::RepublishedTable republished();

}  // namespace ticketing::delivery::assignments
