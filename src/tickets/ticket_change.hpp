// The change of a ticket, with the event that tells of it.
#pragma once

#include "common/runtime/change.hpp"
#include "common/runtime/owned_data.hpp"
#include "tickets/ticket.hpp"

namespace ticketing::tickets {

// By compare-and-set: `after` is the version that follows the stored one.
runtime::Change change_to(runtime::OwnedData& data, const Ticket& after);

}  // namespace ticketing::tickets
