// HTTP in: what ticketing-admin asks of a running payments service.
#pragma once

#include "common/http/router.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "common/runtime/operator_guard.hpp"
#include "payments/operator/operations.hpp"
#include "payments/refunds/operations.hpp"

namespace ticketing::payments::operator_ {

struct Api {
  Operations& operations;
  refunds::Operations& refunds;
  runtime::IdempotentRequests& idempotency;
  runtime::OperatorGuard guard;  // if it admits no operator, there are no routes
};

// `api` outlives the routes.
http::Routes routes(const Api& api);

}  // namespace ticketing::payments::operator_
