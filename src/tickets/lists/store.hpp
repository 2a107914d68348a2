// The statements of the lists of tickets.
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

// The tickets, in the order in which they are read: going back, the reverse of the list's. With
// Start::word_in_order a ticket may come several times, one after the other.
db::Statement find_tickets(const FindTickets& find);  // Ticket
// A place by which the indexes that find_tickets() reads have given up to `count` tickets, whether
// they match or not; no row when they end before.
db::Statement place_after(const FindTickets& find, std::int64_t count);
// The same, counting only those at the filter's prices.
db::Statement place_after_priced(const FindTickets& find, std::int64_t count);
Place decode_place(const db::Row& row);

// in_titles, in_shows: how many tickets have a term in the range, in their title and in the name of
// their show. in_substitutes: 1 if a show that stands for others has one. count: how many that are
// for sale, reserved or sold have the filter's prices. `max` when there are more.
db::Statement count_of_word(const terms::TermRange& range, std::int64_t max);
db::Statement count_priced(const TicketFilter& filter, std::int64_t max);
// count: how many terms of shows are in the range; `max` when there are more.
db::Statement count_shows_of_word(const terms::TermRange& range, std::int64_t max);
// term: those of titles that are in the range, up to `max`.
db::Statement terms_of_titles(const terms::TermRange& range, std::int64_t max);
// id: of the shows whose tickets have a term in the range in the name of their show, some of them
// repeatedly; up to `max` rows.
db::Statement shows_of_word(const terms::TermRange& range, std::int64_t max);

// The ids of the shows whose tickets the list of this one has: the show that stands for it, or it
// itself, and those that this one stands for. No row when there is no copy of it.
db::Statement shows_listed_with(const std::string& show_id);

}  // namespace ticketing::tickets::lists::store
