// The delivery of an event to a listener as a part of the event's trace: the same for every adapter
// of the bus.
#pragma once

#include "common/bus/delivery_policy.hpp"
#include "common/bus/event_bus.hpp"

namespace ticketing::bus {

// Calls the listener in the trace of the event, as a span of it, and logs one line (debug) about
// how that ended. Never throws.
Task<DeliveryEnd> deliver_traced(const Subscription& subscription, const Event& event);

}  // namespace ticketing::bus
