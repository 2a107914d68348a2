// Events that shows listens to.
#pragma once

#include "common/bus/event_bus.hpp"
#include "shows/operations.hpp"

namespace ticketing::shows {

// `operations` outlives the bus.
void subscribe(bus::EventBus& bus, Operations& operations);

}  // namespace ticketing::shows
