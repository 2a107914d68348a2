// Events that orders listens to.
#pragma once

#include "common/bus/event_bus.hpp"
#include "orders/operations.hpp"

namespace ticketing::orders {

// `operations` outlives the bus.
void subscribe(bus::EventBus& bus, Operations& operations);

}  // namespace ticketing::orders
