// HTTP in: what ticketing-admin asks of a running auth service.
#pragma once

#include "auth/operations.hpp"
#include "common/http/router.hpp"
#include "common/runtime/operator_guard.hpp"

namespace ticketing::auth::operator_ {

// Both outlive the routes. If the guard admits no operator, there are none.
http::Routes routes(Operations& operations, const runtime::OperatorGuard& guard);

}  // namespace ticketing::auth::operator_
