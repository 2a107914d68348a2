// Events that expiration listens to.
#pragma once

#include "common/bus/event_bus.hpp"
#include "expiration/operations.hpp"

namespace ticketing::expiration {

// `operations` outlives the bus.
void subscribe(bus::EventBus& bus, Operations& operations);

}  // namespace ticketing::expiration
