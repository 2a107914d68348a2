// Events that delivery listens to.
#pragma once

#include "common/bus/event_bus.hpp"
#include "delivery/operations.hpp"

namespace ticketing::delivery {

// `operations` outlives the bus.
void subscribe(bus::EventBus& bus, Operations& operations);

}  // namespace ticketing::delivery
