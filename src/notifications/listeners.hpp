// Events that notifications listens to.
#pragma once

#include "common/bus/event_bus.hpp"
#include "notifications/operations.hpp"

namespace ticketing::notifications {

// `operations` outlives the bus.
void subscribe(bus::EventBus& bus, Operations& operations);

}  // namespace ticketing::notifications
