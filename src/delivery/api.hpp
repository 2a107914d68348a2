// The HTTP side of delivery.
#pragma once

#include "common/http/router.hpp"
#include "common/identity/identity.hpp"
#include "delivery/operations.hpp"

namespace ticketing::delivery {

// `operations` and `identity` outlive the routes.
http::Routes routes(Operations& operations, identity::Identity& identity);

}  // namespace ticketing::delivery
