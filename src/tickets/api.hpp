// The HTTP routes of tickets.
#pragma once

#include "common/http/router.hpp"
#include "common/identity/identity.hpp"
#include "tickets/operations.hpp"
#include "tickets/ticket_feed.hpp"

namespace ticketing::tickets {

// Everything given outlives the routes.
http::Routes routes(Operations& operations, TicketFeed& feed, identity::Identity& identity);

}  // namespace ticketing::tickets
