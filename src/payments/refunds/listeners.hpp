// Delivery's answers to refunds.
#pragma once

#include "common/bus/event_bus.hpp"
#include "payments/refunds/operations.hpp"

namespace ticketing::payments::refunds {

// `operations` outlives the bus.
void subscribe(bus::EventBus& bus, Operations& operations);

}  // namespace ticketing::payments::refunds
