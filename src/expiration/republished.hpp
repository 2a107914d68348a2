// What expiration publishes once more: the orders whose time is over and whose end is not known.
#pragma once

#include "common/bus/republished.hpp"

namespace ticketing::expiration {

bus::Republished republished();

}  // namespace ticketing::expiration
