// The statements of the lists of tickets, and of the terms under which tickets are found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/search_terms.hpp"
#include "common/db/database.hpp"
#include "tickets/lists/find_tickets.hpp"
#include "tickets/ticket.hpp"

namespace ticketing::tickets::lists::store {

// The tickets, in the order in which they are read: going back, the reverse of the list's.
db::Statement find_tickets(const FindTickets& find);  // Ticket
// The place at which one of the indexes that find_tickets() reads has given `count` tickets,
// whether the words and prices match or not; no row when all of them end before.
db::Statement place_after(const FindTickets& find, std::int64_t count);
Place decode_place(const db::Row& row);

// in_titles, in_shows: how many tickets have a term in the range, in their title and in the name of
// their show. count: how many that are for sale, reserved or sold have the filter's prices. `max`
// when there are more.
db::Statement count_of_word(const terms::TermRange& range, std::int64_t max);
db::Statement count_priced(const TicketFilter& filter, std::int64_t max);

// The ids of the shows whose tickets the list of this one has: the show that stands for it, or it
// itself, and those that this one stands for. No row when there is no copy of it.
db::Statement shows_listed_with(const std::string& show_id);

// Follow the change `event_id` of a ticket in its transaction: the ticket is found by its title.
std::vector<db::Statement> add_terms(const Ticket& ticket, const std::string& event_id);
std::vector<db::Statement> replace_terms(const Ticket& ticket, const std::string& event_id);
// Tickets whose terms are missing, or are those of an older title; with the events of their last
// changes.
db::Statement tickets_to_index(std::int64_t limit);  // store::CurrentTicket

// After the copy of the show was stored: its tickets are found by its name, if the copy has this
// version.
std::vector<db::Statement> replace_show_terms(const std::string& show_id, std::int64_t version,
                                              const std::string& name);

}  // namespace ticketing::tickets::lists::store
