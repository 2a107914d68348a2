// What is published of payments once more: the event of the state that each is in.
#pragma once

#include "common/bus/republished.hpp"

namespace ticketing::payments::attempts {

bus::RepublishedTable republished();

}  // namespace ticketing::payments::attempts
