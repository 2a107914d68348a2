// The HTTP routes of orders.
#pragma once

#include "common/http/router.hpp"
#include "common/identity/identity.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "orders/operations.hpp"
#include "orders/order_feed.hpp"
#include "orders/reservations.hpp"
#include "orders/settings.hpp"

namespace ticketing::orders {

// Everything given outlives the routes.
http::Routes routes(Reservations& reservations, Operations& operations, OrderFeed& feed,
                    runtime::IdempotentRequests& idempotency, identity::Identity& identity,
                    const Settings& settings);

}  // namespace ticketing::orders
