// The API of buyers' calendars.
#pragma once

#include "common/http/router.hpp"
#include "common/identity/identity.hpp"
#include "orders/calendar/operations.hpp"

namespace ticketing::orders::calendar {

http::Routes routes(Operations& operations, identity::Identity& identity);

}  // namespace ticketing::orders::calendar
