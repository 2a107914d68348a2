// The HTTP routes of payments.
#pragma once

#include <string>

#include "common/http/router.hpp"
#include "common/identity/identity.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "payments/operations.hpp"
#include "payments/refunds.hpp"
#include "payments/webhooks.hpp"

namespace ticketing::payments {

struct Api {
  Operations& operations;
  Refunds& refunds;
  Webhooks& webhooks;
  runtime::IdempotentRequests& idempotency;
  db::Database& database;
};

// `api` and `identity` outlive the routes.
http::Routes routes(const Api& api, identity::Identity& identity);

}  // namespace ticketing::payments
