// The HTTP routes of payments.
#pragma once

#include <string>

#include "common/http/router.hpp"
#include "common/identity/identity.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "payments/operations.hpp"

namespace ticketing::payments {

struct Api {
  Operations& operations;
  runtime::IdempotentRequests& idempotency;
  db::Database& database;
  const Clock& clock;
  std::string webhook_secret;  // empty: no webhook is ever valid
};

// `api` and `identity` outlive the routes.
http::Routes routes(const Api& api, identity::Identity& identity);

}  // namespace ticketing::payments
