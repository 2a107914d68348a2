// What is published of assignments once more: each that is due, was overdue, revealed, released or
// listed again.
#pragma once

#include "common/bus/republished.hpp"

namespace ticketing::delivery::assignments {

bus::RepublishedTable republished();

}  // namespace ticketing::delivery::assignments
