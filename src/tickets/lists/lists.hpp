// Reads the lists of tickets page by page: of all, of a show, of a seller, with words and prices.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/page.hpp"
#include "common/db/database.hpp"
#include "tickets/lists/find_tickets.hpp"
#include "tickets/ticket.hpp"

namespace ticketing::tickets::lists {

// How much is read for one page.
struct Bounds {
  // Of a word or a price: up to so many tickets are read, and then sorted.
  std::int64_t few = 500;
  // Of a search whose words and prices have more: so many tickets of the list at once, and so many
  // times. A page that is not full by then ends where the reading has come to.
  std::int64_t slice = 1'000;
  int slices = 3;
};

class Lists {
 public:
  explicit Lists(db::Database& database, const Bounds& bounds = {})
      : database_(database), bounds_(bounds) {}

  // Newest first, or the cheapest first. The cursors are texts that parse_place() reads. A page has
  // fewer tickets than `query.limit`, and a next one, where the search has not come to its end.
  Task<Page<Ticket>> read(TicketFilter filter, PageQuery query);

 private:
  struct Found {
    std::vector<Ticket> tickets;         // in the order in which they were read
    std::optional<Place> goes_on_after;  // where a search that is not at its end stopped
  };
  Task<Found> find(FindTickets find);
  Task<Found> find_by_slices(FindTickets find);
  Task<std::vector<Ticket>> find_all(const FindTickets& find);
  // Sets where the search starts, and sorts its words; false when nothing can match.
  Task<bool> choose_start(FindTickets& find);
  Task<> count_tickets_of(Word& word);
  // Whether a page of the search that begins at no cursor has a ticket.
  Task<bool> finds_any(FindTickets find);

  db::Database& database_;
  const Bounds bounds_;
};

// Nothing when it is not the text of a cursor for this order; without the "-" of one that goes
// back.
std::optional<Place> parse_place(bool is_by_price, std::string_view text);

}  // namespace ticketing::tickets::lists
