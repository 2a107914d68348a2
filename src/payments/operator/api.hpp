// HTTP in: what ticketing-admin asks of a running payments service. Outside /api, so that no public
// proxy leads here, and only with the operator's token. Each call is written to the audit log.
#pragma once

#include <string>

#include "common/http/router.hpp"
#include "common/limits/repeats.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "payments/operator/operations.hpp"
#include "payments/refunds/operations.hpp"

namespace ticketing::payments::operator_ {

struct Api {
  Operations& operations;
  refunds::Operations& refunds;
  runtime::IdempotentRequests& idempotency;
  std::string token;  // empty: there are no routes
  const Clock& clock;
  mutable limits::Repeats refused{std::chrono::seconds{10}};  // for the audit log
};

// `api` outlives the routes.
http::Routes routes(const Api& api);

}  // namespace ticketing::payments::operator_
