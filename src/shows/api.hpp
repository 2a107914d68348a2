// The HTTP routes of shows.
#pragma once

#include "common/http/router.hpp"
#include "common/identity/identity.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "shows/operations.hpp"

namespace ticketing::shows {

// Everything given outlives the routes.
http::Routes routes(Operations& operations, runtime::IdempotentRequests& idempotency,
                    identity::Identity& identity);

}  // namespace ticketing::shows
