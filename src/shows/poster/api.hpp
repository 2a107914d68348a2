// The HTTP routes of the pictures of shows.
#pragma once

#include "common/http/router.hpp"
#include "common/identity/identity.hpp"
#include "shows/poster/operations.hpp"

namespace ticketing::shows::poster {

// Everything given outlives the routes.
http::Routes routes(Operations& operations, const Settings& settings, const Clock& clock,
                    identity::Identity& identity);

}  // namespace ticketing::shows::poster
