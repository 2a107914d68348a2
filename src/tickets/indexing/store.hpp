// The statements that write the terms under which the lists find tickets.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/db/database.hpp"
#include "tickets/ticket.hpp"

namespace ticketing::tickets::indexing::store {

// Follow the change `event_id` of a ticket's title or price in its transaction: the ticket is found
// by its title.
std::vector<db::Statement> add_terms(const Ticket& ticket, const std::string& event_id);
std::vector<db::Statement> replace_terms(const Ticket& ticket, const std::string& event_id);
// Tickets whose terms are missing, or are those of an older title or price; with the events of
// their last changes.
db::Statement tickets_to_index(std::int64_t limit);  // store::CurrentTicket

// After the copy of the show was stored: its tickets are found by its name, if the copy has this
// version.
std::vector<db::Statement> replace_show_terms(const std::string& show_id, std::int64_t version,
                                              const std::string& name);

}  // namespace ticketing::tickets::indexing::store
