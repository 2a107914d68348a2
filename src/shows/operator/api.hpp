// HTTP in: what ticketing-admin asks of a running shows service.
#pragma once

#include "common/http/router.hpp"
#include "common/runtime/operator_guard.hpp"
#include "shows/operations.hpp"
#include "shows/poster/operations.hpp"

namespace ticketing::shows::operator_ {

// All outlive the routes. If the guard admits no operator, there are none.
http::Routes routes(Operations& operations, poster::Operations& posters,
                    const runtime::OperatorGuard& guard);

}  // namespace ticketing::shows::operator_
