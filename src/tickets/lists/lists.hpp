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
  // Where words and prices have more, the list is read until so many tickets were compared with
  // the words, or so many with the prices. A page that is not full by then ends there.
  std::int64_t compared = 1'000;
  std::int64_t read = 10'000;
  // The tickets of a word are read in order if titles have it as so many terms, with their
  // beginnings, and so many shows have it.
  std::size_t terms = 16;
  std::size_t shows = 8;
  // Up to so many shows of a word are collected at once.
  std::int64_t collected = 4'000;
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
  Task<Found> find_within_bounds(FindTickets find);
  Task<std::vector<Ticket>> find_all(FindTickets find);
  // The place at which so many tenths of the bounds are read; nothing: the list ends before.
  Task<std::optional<Place>> end_of_reading(FindTickets find, std::int64_t tenths);
  Task<std::optional<Place>> read_place(db::Statement statement);
  // Sets where the search starts, and sorts its words; false when nothing can match.
  Task<bool> choose_start(FindTickets& find);
  Task<> count_tickets_of(Word& word);
  Task<> count_shows_of(Word& word);
  // Starts with the word whose tickets are farthest apart, of those that have an order.
  Task<> choose_word_in_order(FindTickets& find);
  Task<bool> has_order(Word& word);
  Task<bool> find_title_terms(Word& word);
  Task<bool> find_shows(Word& word);
  // Whether a page of the search that begins at no cursor has a ticket.
  Task<bool> finds_any(FindTickets find);

  db::Database& database_;
  const Bounds bounds_;
};

// Nothing when it is not the text of a cursor for this order; without the "-" of one that goes
// back.
std::optional<Place> parse_place(bool is_by_price, std::string_view text);

}  // namespace ticketing::tickets::lists
