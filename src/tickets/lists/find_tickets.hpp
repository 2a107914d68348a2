// What is read of a list of tickets at once. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/search_terms.hpp"
#include "tickets/ticket.hpp"

namespace ticketing::tickets::lists {

// Where a ticket is in a list; by age the price does not count.
struct Place {
  std::int64_t price_cents = 0;
  std::string id;
};

// From what a list is read.
enum class Start {
  in_order,       // indexes that have all tickets in the order of the list
  word_in_order,  // those that have the tickets of the first word so
  rare_word,      // the tickets of the first word; then they are sorted
  rare_price      // those at the filter's prices
};

inline bool is_in_order(Start start) {
  return start == Start::in_order || start == Start::word_in_order;
}

// A word of a search, and where tickets have it: nothing else of a ticket is compared with it.
struct Word {
  terms::TermRange range;
  std::int64_t tickets = 0;  // that have it, as far as they were counted
  bool is_in_titles = true;
  bool is_in_shows = true;
  bool is_in_substitutes = true;  // shows that stand for others
  // Its shows are so few that collecting them is faster than looking for each ticket's show.
  bool collects_shows = false;
  // For Start::word_in_order, all that have it: the terms of titles, and shows.
  std::vector<std::string> title_terms{};
  std::vector<std::string> show_ids{};
};

struct FindTickets {
  const TicketFilter& filter;
  std::vector<std::string> show_ids;  // of filter.show_id: it and those that it stands for
  std::vector<Word> words;            // a ticket has all of them; empty: no search. The
                                      // rarest first, as each ticket is compared with them
  std::optional<Place> after;         // the page begins behind it; going back, before it
  std::optional<Place> until;         // no ticket behind this one
  bool is_back = false;
  std::int64_t limit = 0;
  Start start = Start::in_order;
};

// Whether what is read ascends by price, or by id.
inline bool ascends(const FindTickets& find) { return find.filter.is_by_price != find.is_back; }

}  // namespace ticketing::tickets::lists
