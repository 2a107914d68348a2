// What orders publishes once more: each order from its beginning, and the decisions on withdrawals.
#pragma once

#include "common/bus/republished.hpp"

namespace ticketing::orders {

bus::Republished republished();

}  // namespace ticketing::orders
