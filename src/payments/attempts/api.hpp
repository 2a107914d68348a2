// HTTP in: paying for an order.
#pragma once

#include "common/http/router.hpp"
#include "common/identity/identity.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "payments/attempts/operations.hpp"

namespace ticketing::payments::attempts {

struct Api {
  Operations& operations;
  runtime::IdempotentRequests& idempotency;
};

// `api` and `identity` outlive the routes.
http::Routes routes(const Api& api, identity::Identity& identity);

}  // namespace ticketing::payments::attempts
