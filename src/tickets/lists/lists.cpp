#include "tickets/lists/lists.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "common/base/id.hpp"
#include "tickets/lists/store.hpp"

namespace ticketing::tickets::lists {
namespace {

std::string to_text(const Place& place, bool is_by_price) {
  return is_by_price ? fmt::format("{}.{}", place.price_cents, place.id) : place.id;
}

Place place_of(const Ticket& ticket) {
  return {.price_cents = ticket.price.cents, .id = ticket.id};
}

bool has_prices(const TicketFilter& filter) { return filter.price_min || filter.price_max; }

// Whether the indexes give tickets that the list does not have.
bool is_filtered(const FindTickets& find) {
  return !find.words.empty() || (has_prices(find.filter) && !find.filter.is_by_price);
}

}  // namespace

std::optional<Place> parse_place(bool is_by_price, std::string_view text) {
  Place place;
  if (is_by_price) {
    const char* const end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, place.price_cents);
    if (fault != std::errc{} || stop == end || *stop != '.' || place.price_cents < 0)
      return std::nullopt;
    text = {stop + 1, end};
  }
  if (!is_uuid(text)) return std::nullopt;
  place.id = text;
  return place;
}

Task<Page<Ticket>> Lists::read(TicketFilter filter, PageQuery query) {
  FindTickets find{.filter = filter, .limit = query.limit + 1};
  if (query.cursor) {
    find.after = parse_place(filter.is_by_price, query.cursor->id).value();
    find.is_back = query.cursor->is_back;
  }
  if (filter.show_id && !filter.show_id->empty()) {
    const auto shows = co_await database_.query(store::shows_listed_with(*filter.show_id));
    for (const db::Row& row : shows.rows) find.show_ids.push_back(row.text("id"));
    if (find.show_ids.empty()) co_return Page<Ticket>{};
  }
  const auto readings = terms::readings_of(filter.text);
  Found found;
  if (readings.empty()) found = co_await this->find(find);
  for (const terms::Words& reading : readings) {
    find.words.clear();
    for (const terms::TermRange& range : terms::ranges_of(reading))
      find.words.push_back({.range = range});
    found = co_await this->find(find);
    if (!found.tickets.empty() || found.goes_on_after) break;
    // Past the last page there is nothing, and the query has been read as it is meant.
    const bool is_past_the_end = co_await finds_any(find);
    if (is_past_the_end) break;
  }
  auto page = make_page(std::move(found.tickets), query, [&](const Ticket& ticket) {
    return to_text(place_of(ticket), filter.is_by_price);
  });
  if (found.goes_on_after) {
    auto& onward = find.is_back ? page.previous : page.next;
    onward = PageCursor{.id = to_text(*found.goes_on_after, filter.is_by_price),
                        .is_back = find.is_back};
  }
  co_return page;
}

Task<bool> Lists::finds_any(FindTickets find) {
  if (!find.after) co_return false;
  find.after.reset();
  find.is_back = false;
  find.limit = 1;
  const auto found = co_await this->find(std::move(find));
  co_return !found.tickets.empty() || found.goes_on_after;
}

Task<Lists::Found> Lists::find(FindTickets find) {
  if (!is_filtered(find)) co_return Found{.tickets = co_await find_all(find)};
  // A show or a seller has few tickets compared with all.
  if (find.show_ids.empty() && !find.filter.seller_id) {
    const bool may_match = co_await choose_start(find);
    if (!may_match) co_return Found{};
  }
  if (find.start != Start::in_order) co_return Found{.tickets = co_await find_all(find)};
  co_return co_await find_by_slices(std::move(find));
}

Task<std::vector<Ticket>> Lists::find_all(const FindTickets& find) {
  const auto result = co_await database_.query(store::find_tickets(find));
  std::vector<Ticket> tickets;
  for (const db::Row& row : result.rows) tickets.push_back(row.as<Ticket>());
  co_return tickets;
}

Task<Lists::Found> Lists::find_by_slices(FindTickets find) {
  Found found;
  for (int slice = 0; slice < bounds_.slices; ++slice) {
    find.until.reset();
    const auto end = co_await database_.query(store::place_after(find, bounds_.slice));
    find.until = end.empty() ? std::nullopt : std::optional(store::decode_place(end.rows.front()));
    auto tickets = co_await find_all(find);
    find.limit -= std::ssize(tickets);
    std::ranges::move(tickets, std::back_inserter(found.tickets));
    if (!find.until || find.limit == 0) co_return found;
    find.after = find.until;
  }
  found.goes_on_after = find.after;
  co_return found;
}

Task<> Lists::count_tickets_of(Word& word) {
  const auto result = co_await database_.query(store::count_of_word(word.range, bounds_.few + 1));
  const auto in_titles = result.rows.front().integer("in_titles");
  const auto in_shows = result.rows.front().integer("in_shows");
  word.is_in_titles = in_titles > 0;
  word.is_in_shows = in_shows > 0;
  word.tickets = in_titles + in_shows;
}

Task<bool> Lists::choose_start(FindTickets& find) {
  std::int64_t fewest = bounds_.few + 1;
  for (Word& word : find.words) {
    co_await count_tickets_of(word);
    if (word.tickets == 0) co_return false;
    if (word.tickets < fewest) find.start = Start::rare_word;
    fewest = std::min(fewest, word.tickets);
  }
  // Of frequent ones, those that only titles have are compared with an index alone.
  std::ranges::sort(find.words, {}, [&](const Word& word) {
    return std::pair(std::min(word.tickets, bounds_.few + 1), word.is_in_shows);
  });
  if (has_prices(find.filter)) {
    const auto result = co_await database_.query(store::count_priced(find.filter, bounds_.few + 1));
    const std::int64_t counted = result.rows.front().integer("count");
    if (counted == 0) co_return false;
    if (counted < fewest) find.start = Start::rare_price;
  }
  co_return true;
}

}  // namespace ticketing::tickets::lists
