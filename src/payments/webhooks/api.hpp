// HTTP in: Stripe's webhooks, which are signed and need no session.
#pragma once

#include "common/http/router.hpp"
#include "payments/webhooks/operations.hpp"

namespace ticketing::payments::webhooks {

// `operations` outlives the routes.
http::Routes routes(Operations& operations);

}  // namespace ticketing::payments::webhooks
