// What ticketing-admin asks of the program that has all services in one process: its dead letters,
// and that a service publishes its entities once more. With servers, ticketing-admin talks to NATS.
#pragma once

#include "common/bus/local/local_bus.hpp"
#include "common/runtime/operator_guard.hpp"
#include "common/runtime/platform.hpp"

namespace ticketing::runtime {

// None without an operator's token. All of it outlives the routes.
http::Routes operator_routes(const OperatorGuard& guard, const Platform& platform,
                             bus::LocalBus& bus);

}  // namespace ticketing::runtime
