#include "tickets/lists/lists.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>
#include <tuple>
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

// By price, prices are the ends of the list.
bool compares_prices(const TicketFilter& filter) {
  return has_prices(filter) && !filter.is_by_price;
}

// Whether the indexes give tickets that the list does not have.
bool is_filtered(const FindTickets& find) {
  return !find.words.empty() || compares_prices(find.filter);
}

// Whether the list comes to `place` later than to `other`. Nothing is the end of the list.
bool is_behind(const FindTickets& find, const std::optional<Place>& place,
               const std::optional<Place>& other) {
  if (!place || !other) return other.has_value();
  const bool is_greater = find.filter.is_by_price ? std::tie(place->price_cents, place->id) >
                                                        std::tie(other->price_cents, other->id)
                                                  : place->id > other->id;
  return is_greater == ascends(find);
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
  if (!is_in_order(find.start)) co_return Found{.tickets = co_await find_all(find)};
  co_return co_await find_within_bounds(std::move(find));
}

Task<std::vector<Ticket>> Lists::find_all(FindTickets find) {
  std::vector<Ticket> tickets;
  for (;;) {
    const auto result = co_await database_.query(store::find_tickets(find));
    for (const db::Row& row : result.rows) {
      auto ticket = row.as<Ticket>();
      const bool is_again = !tickets.empty() && tickets.back().id == ticket.id;
      if (!is_again) tickets.push_back(std::move(ticket));
    }
    // What was found repeatedly has taken the place of others.
    if (std::ssize(result.rows) < find.limit || std::ssize(tickets) >= find.limit) break;
    find.after = place_of(tickets.back());
  }
  if (std::ssize(tickets) > find.limit) tickets.resize(static_cast<std::size_t>(find.limit));
  co_return tickets;
}

Task<Lists::Found> Lists::find_within_bounds(FindTickets find) {
  Found found;
  // A tenth first, which is enough where most of what is read matches.
  for (const std::int64_t tenths : {1, 9}) {
    find.until.reset();
    find.until = co_await end_of_reading(find, tenths);
    auto tickets = co_await find_all(find);
    find.limit -= std::ssize(tickets);
    std::ranges::move(tickets, std::back_inserter(found.tickets));
    if (!find.until || find.limit == 0) co_return found;
    find.after = find.until;
  }
  found.goes_on_after = find.after;
  co_return found;
}

Task<std::optional<Place>> Lists::end_of_reading(FindTickets find, std::int64_t tenths) {
  const auto share = [&](std::int64_t bound) {
    return std::max<std::int64_t>(bound * tenths / 10, 1);
  };
  const std::int64_t compared = share(bounds_.compared);
  if (!compares_prices(find.filter))
    co_return co_await read_place(store::place_after(find, compared));
  find.until = co_await read_place(store::place_after(find, share(bounds_.read)));
  if (find.words.empty()) co_return find.until;
  const auto end = co_await read_place(store::place_after_priced(find, compared));
  co_return end ? end : find.until;
}

Task<std::optional<Place>> Lists::read_place(db::Statement statement) {
  const auto result = co_await database_.query(std::move(statement));
  if (result.empty()) co_return std::nullopt;
  co_return store::decode_place(result.rows.front());
}

Task<> Lists::count_tickets_of(Word& word) {
  const auto result = co_await database_.query(store::count_of_word(word.range, bounds_.few + 1));
  const auto in_titles = result.rows.front().integer("in_titles");
  const auto in_shows = result.rows.front().integer("in_shows");
  word.is_in_titles = in_titles > 0;
  word.is_in_shows = in_shows > 0;
  word.is_in_substitutes = result.rows.front().integer("in_substitutes") > 0;
  word.tickets = in_titles + in_shows;
}

Task<> Lists::count_shows_of(Word& word) {
  const auto result =
      co_await database_.query(store::count_shows_of_word(word.range, bounds_.collected + 1));
  word.collects_shows = result.rows.front().integer("count") <= bounds_.collected;
}

Task<bool> Lists::has_order(Word& word) {
  if (word.is_in_titles) {
    const bool are_few = co_await find_title_terms(word);
    if (!are_few) co_return false;
  }
  if (word.is_in_shows) {
    const bool are_few = co_await find_shows(word);
    if (!are_few) co_return false;
  }
  // Or the show was renamed meanwhile.
  co_return !word.title_terms.empty() || !word.show_ids.empty();
}

Task<bool> Lists::find_title_terms(Word& word) {
  const auto max = static_cast<std::int64_t>(bounds_.terms);
  const auto result = co_await database_.query(store::terms_of_titles(word.range, max + 1));
  for (const db::Row& row : result.rows) word.title_terms.push_back(row.text("term"));
  co_return word.title_terms.size() <= bounds_.terms;
}

Task<bool> Lists::find_shows(Word& word) {
  // A show may have several terms that begin with the word.
  const auto rows_max = static_cast<std::int64_t>(4 * bounds_.shows);
  const auto result = co_await database_.query(store::shows_of_word(word.range, rows_max));
  std::set<std::string> show_ids;
  for (const db::Row& row : result.rows) show_ids.insert(row.text("id"));
  word.show_ids.assign(show_ids.begin(), show_ids.end());
  co_return std::ssize(result.rows) < rows_max&& show_ids.size() <= bounds_.shows;
}

Task<> Lists::choose_word_in_order(FindTickets& find) {
  std::optional<std::size_t> chosen;
  std::optional<Place> farthest;
  for (std::size_t i = 0; i < find.words.size(); ++i) {
    const bool has_order = co_await this->has_order(find.words[i]);
    if (!has_order) continue;
    FindTickets begun = find;
    begun.start = Start::word_in_order;
    std::swap(begun.words[0], begun.words[i]);
    const auto place = co_await read_place(store::place_after(begun, bounds_.few));
    if (chosen && !is_behind(find, place, farthest)) continue;
    chosen = i;
    farthest = place;
  }
  if (!chosen) co_return;
  find.start = Start::word_in_order;
  std::swap(find.words[0], find.words[*chosen]);
}

Task<bool> Lists::choose_start(FindTickets& find) {
  std::int64_t fewest = bounds_.few + 1;
  for (Word& word : find.words) {
    co_await count_tickets_of(word);
    if (word.tickets == 0) co_return false;
    if (word.tickets < fewest) find.start = Start::rare_word;
    fewest = std::min(fewest, word.tickets);
  }
  // Of frequent ones, those of shows alone: there are few shows, and they are read again and again.
  std::ranges::sort(find.words, {}, [&](const Word& word) {
    return std::pair(std::min(word.tickets, bounds_.few + 1), word.is_in_titles);
  });
  if (has_prices(find.filter)) {
    const auto result = co_await database_.query(store::count_priced(find.filter, bounds_.few + 1));
    const std::int64_t counted = result.rows.front().integer("count");
    if (counted == 0) co_return false;
    if (counted < fewest) find.start = Start::rare_price;
  }
  if (find.start != Start::in_order) co_return true;
  co_await choose_word_in_order(find);
  for (Word& word : find.words)
    if (word.is_in_shows) co_await count_shows_of(word);
  co_return true;
}

}  // namespace ticketing::tickets::lists
