// Events that tickets listens to.
#pragma once

#include "common/bus/event_bus.hpp"
#include "tickets/operations.hpp"

namespace ticketing::tickets {

// `operations` outlives the bus.
void subscribe(bus::EventBus& bus, Operations& operations);

}  // namespace ticketing::tickets
