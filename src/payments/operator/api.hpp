// HTTP in: what ticketing-admin asks of a running payments service. Outside /api, so that no public
// proxy leads here, and only with the operator's token.
#pragma once

#include <string>

#include "common/http/router.hpp"
#include "payments/operator/operations.hpp"
#include "payments/refunds/operations.hpp"

namespace ticketing::payments::operator_ {

struct Api {
  Operations& operations;
  refunds::Operations& refunds;
  std::string token;  // empty: there are no routes
};

// `api` outlives the routes.
http::Routes routes(const Api& api);

}  // namespace ticketing::payments::operator_
