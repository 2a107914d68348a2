// The HTTP routes of tickets.
#pragma once

#include "common/http/router.hpp"
#include "common/identity/identity.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "tickets/list_cache.hpp"
#include "tickets/operations.hpp"
#include "tickets/ticket_feed.hpp"

namespace ticketing::tickets {

// Everything given outlives the routes.
http::Routes routes(Operations& operations, ListCache& lists, TicketFeed& feed,
                    runtime::IdempotentRequests& idempotency, identity::Identity& identity);

}  // namespace ticketing::tickets
