// What ticketing-admin asks of a running payments service: both ledgers, page by page, and refunds.
// Outside /api, so that no public proxy leads here, and only with the operator's token.
#pragma once

#include <string>

#include "common/http/router.hpp"
#include "payments/refunds.hpp"

namespace ticketing::payments {

struct OperatorApi {
  Refunds& refunds;
  PaymentGateway& gateway;
  db::Database& database;
  const Clock& clock;
  std::string token;  // empty: there are no routes
};

// `api` outlives the routes.
http::Routes operator_routes(const OperatorApi& api);

}  // namespace ticketing::payments
