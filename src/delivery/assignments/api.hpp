// HTTP in: what a buyer gets for an order.
#pragma once

#include "common/http/router.hpp"
#include "common/identity/identity.hpp"
#include "delivery/assignments/operations.hpp"

namespace ticketing::delivery::assignments {

// `operations` and `identity` outlive the routes.
http::Routes routes(Operations& operations, identity::Identity& identity);

}  // namespace ticketing::delivery::assignments
