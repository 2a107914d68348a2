// HTTP in: what a buyer can have refunded of an order, and the refund itself.
#pragma once

#include "common/http/router.hpp"
#include "common/identity/identity.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "payments/refunds/operations.hpp"

namespace ticketing::payments::refunds {

struct Api {
  Operations& operations;
  runtime::IdempotentRequests& idempotency;
};

// `api` and `identity` outlive the routes.
http::Routes routes(const Api& api, identity::Identity& identity);

}  // namespace ticketing::payments::refunds
