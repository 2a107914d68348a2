// Events of payments that delivery listens to.
#pragma once

#include "common/bus/event_bus.hpp"
#include "delivery/assignments/operations.hpp"

namespace ticketing::delivery::assignments {

// `operations` outlives the bus.
void subscribe(bus::EventBus& bus, Operations& operations);

}  // namespace ticketing::delivery::assignments
