// Events that payments listens to.
#pragma once

#include "common/bus/event_bus.hpp"
#include "payments/attempts/operations.hpp"

namespace ticketing::payments::attempts {

// `operations` outlives the bus.
void subscribe(bus::EventBus& bus, Operations& operations);

}  // namespace ticketing::payments::attempts
