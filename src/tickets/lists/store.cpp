#include "tickets/lists/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <tuple>

#include "common/db/columns.hpp"
#include "common/db/paged_sql.hpp"
#include "common/db/statement_text.hpp"

namespace ticketing::tickets::lists::store {
namespace {

using Text = db::StatementText;

const db::Columns<Ticket> ticket_columns;

// Above all that the ends of a reading let through.
constexpr std::int64_t read_of_strand_max = 20'000;
constexpr std::int64_t read_of_strands_max = 100'000;

// As the index tickets_listed says it.
constexpr std::string_view is_listed = "t.status <> 'withdrawn' AND t.status <> 'lapsed'";

// A part of a list that one index has in the order of the list.
struct Strand {
  std::optional<std::string> show_id;
  std::optional<TicketStatus> status;
  std::optional<std::string> title_term{};  // then ticket_terms is read
};

// The columns by which a list is sorted and searched.
struct Key {
  std::string_view price;
  std::string_view id;
  std::string_view show_id;
};
constexpr Key ticket_key{.price = "t.price_cents", .id = "t.id", .show_id = "t.show_id"};
constexpr Key term_key{.price = "k.price_cents", .id = "k.ticket_id", .show_id = "k.show_id"};
constexpr Key read_key{.price = "r.price_cents", .id = "r.id", .show_id = "r.show_id"};
// Of the tickets that were found.
constexpr Key row_key{.price = "f.price_cents", .id = "f.id", .show_id = "f.show_id"};

std::vector<TicketStatus> statuses_of(const TicketFilter& filter) {
  using enum TicketStatus;
  if (filter.status) return {*filter.status};
  if (filter.seller_id) return {available, reserved, sold, withdrawn, lapsed};
  return {available, reserved, sold};
}

// A seller's tickets of one show are few: they are read by show, and sorted by price.
bool is_read_by_status(const TicketFilter& filter) {
  if (filter.seller_id) return filter.is_by_price && !filter.show_id;
  return filter.status || filter.is_by_price || filter.show_id;
}

// Statements have some numbers of terms only, so that there are few texts of them. No ticket has
// "".
std::vector<std::string> padded(std::vector<std::string> terms) {
  std::size_t count = 1;
  while (count < terms.size()) count *= 4;
  if (!terms.empty()) terms.resize(count);
  return terms;
}

std::vector<Strand> strands_of(const FindTickets& find, const Word& word) {
  std::vector<Strand> strands;
  for (const std::string& term : padded(word.title_terms))
    strands.push_back({.show_id = {}, .status = {}, .title_term = term});
  for (const std::string& show_id : word.show_ids) {
    for (const TicketStatus status : statuses_of(find.filter))
      strands.push_back({.show_id = show_id, .status = status});
  }
  return strands;
}

std::vector<Strand> strands_of(const FindTickets& find) {
  if (find.start == Start::word_in_order) return strands_of(find, find.words.at(0));
  std::vector<Strand> strands;
  std::vector<std::optional<std::string>> shows(find.show_ids.begin(), find.show_ids.end());
  if (shows.empty()) shows.emplace_back(std::nullopt);
  for (const auto& show_id : shows) {
    if (!is_read_by_status(find.filter)) {
      strands.push_back({.show_id = show_id, .status = std::nullopt});
      continue;
    }
    for (const TicketStatus status : statuses_of(find.filter))
      strands.push_back({.show_id = show_id, .status = status});
  }
  return strands;
}

// Which tickets the list has, without its words and prices. `|| ''` and `+` keep out indexes that
// do not have the order of the list: SQLite would read all tickets of a status, and sort them.
void add_scope(Text& text, const FindTickets& find, const Strand& strand) {
  const TicketFilter& filter = find.filter;
  text += filter.seller_id ? "t.user_id = " + text.parameter(*filter.seller_id) : "1 = 1";
  if (strand.show_id) text += " AND t.show_id = " + text.parameter(*strand.show_id);
  if (filter.show_id && filter.show_id->empty()) text += " AND t.show_id IS NULL";
  if (strand.status)
    text += " AND t.status = " + text.parameter(*strand.status);
  else if (filter.status)
    text += " AND t.status || '' = " + text.parameter(*filter.status);
  if (!strand.status && !filter.seller_id) text += fmt::format(" AND {}", is_listed);
}

// `column` as an index has it, or with "+".
void add_prices(Text& text, const TicketFilter& filter, const std::string& column) {
  if (filter.price_min)
    text += fmt::format(" AND {} >= {}", column, text.parameter(*filter.price_min));
  if (filter.price_max)
    text += fmt::format(" AND {} <= {}", column, text.parameter(*filter.price_max));
}

std::string in_range(Text& text, const terms::TermRange& range) {
  const std::string first = text.parameter(range.first);
  if (range.is_exact()) return "w.term = " + first;
  return fmt::format("w.term BETWEEN {} AND {}", first, text.parameter(range.last));
}

// Texts of a statement that are 1 or null: whether the show has a word in its name, and whether the
// show that stands for it has.
void add_show_word(Text& text, const Word& word, const Key& key, const std::string& has_term) {
  if (word.collects_shows) {
    text +=
        fmt::format("CASE WHEN {} IN (SELECT w.show_id FROM show_terms w WHERE {}) THEN 1 END, ",
                    key.show_id, has_term);
  } else if (word.is_in_shows) {
    text += fmt::format("(SELECT 1 FROM show_terms w WHERE w.show_id = {} AND {} LIMIT 1), ",
                        key.show_id, has_term);
  }
  if (word.is_in_substitutes) {
    text += fmt::format(
        "(SELECT 1 FROM shows m CROSS JOIN show_terms w WHERE m.id = {} AND w.show_id = "
        "m.merged_into AND {} LIMIT 1), ",
        key.show_id, has_term);
  }
}

// A word may be of the ticket's title, of the name of its show or of the show that stands for it.
// No EXISTS: PostgreSQL would first collect the tickets that have a word, of a frequent one all.
void add_words(Text& text, const FindTickets& find, const Key& key) {
  const bool first_is_read = find.start == Start::word_in_order || find.start == Start::rare_word;
  for (const Word& word : std::span(find.words).subspan(first_is_read ? 1 : 0)) {
    const std::string has_term = in_range(text, word.range);
    text += " AND coalesce(";
    if (!word.is_in_titles || word.collects_shows) add_show_word(text, word, key, has_term);
    if (word.is_in_titles) {
      text += fmt::format("(SELECT 1 FROM ticket_terms w WHERE w.ticket_id = {} AND {} LIMIT 1), ",
                          key.id, has_term);
      if (!word.collects_shows) add_show_word(text, word, key, has_term);
    }
    text += "0) = 1";
  }
}

// An end of what is read.
struct End {
  Place place;
  bool is_included = false;
};

void add_end(Text& text, const FindTickets& find, const Key& key, const std::optional<End>& end,
             char comparison) {
  if (!end) return;
  const std::string compared = fmt::format("{}{}", comparison, end->is_included ? "=" : "");
  if (find.filter.is_by_price) {
    const std::string price = text.parameter(end->place.price_cents);
    text += fmt::format(" AND ({}, {}) {} ({}, {})", key.price, key.id, compared, price,
                        text.parameter(end->place.id));
  } else {
    text += fmt::format(" AND {} {} {}", key.id, compared, text.parameter(end->place.id));
  }
}

// By price, the prices are ends, too: with two conditions on one end SQLite takes another index.
void add_ends(Text& text, const FindTickets& find, const Key& key) {
  const auto end_of = [](const std::optional<Place>& place, bool is_included) {
    return place ? std::optional(End{*place, is_included}) : std::nullopt;
  };
  const std::optional<End> from = end_of(find.after, false), to = end_of(find.until, true);
  std::optional<End> low = ascends(find) ? from : to, high = ascends(find) ? to : from;
  const auto& [min, max] = std::tie(find.filter.price_min, find.filter.price_max);
  if (find.filter.is_by_price && min && (!low || low->place.price_cents < min->cents))
    low = End{.place = {.price_cents = min->cents, .id = ""}};
  if (find.filter.is_by_price && max && (!high || high->place.price_cents > max->cents))
    high = End{.place = {.price_cents = max->cents, .id = db::sorts_after_every_id}};
  add_end(text, find, key, low, '>');
  add_end(text, find, key, high, '<');
}

std::string order_of(const FindTickets& find, const Key& key) {
  const std::string_view direction = ascends(find) ? "" : " DESC";
  if (!find.filter.is_by_price) return fmt::format(" ORDER BY {}{}", key.id, direction);
  return fmt::format(" ORDER BY {1}{0}, {2}{0}", direction, key.price, key.id);
}

// Whether the tickets of a strand are compared with the filter's prices. By price, they are its
// ends.
enum class Compare { nothing, prices };

// From the tickets of a strand, as `key` names their columns.
void add_strand(Text& text, const FindTickets& find, const Strand& strand, Compare compare) {
  const Key& key = strand.title_term ? term_key : ticket_key;
  text += fmt::format("SELECT {} AS price_cents, {} AS id, {} AS show_id FROM ", key.price, key.id,
                      key.show_id);
  if (strand.title_term) {
    text += "ticket_terms k WHERE k.term = " + text.parameter(*strand.title_term);
  } else {
    text += "tickets t WHERE ";
    add_scope(text, find, strand);
  }
  add_ends(text, find, key);
  if (compare == Compare::prices && !find.filter.is_by_price)
    add_prices(text, find.filter, fmt::format("+{}", key.price));
}

struct Limit {
  std::int64_t count;
  std::int64_t offset = 0;
};

// The strands, each in its order and within the limit, one after the other if there are several.
void add_strands(Text& text, const FindTickets& find, const std::vector<Strand>& strands,
                 Compare compare, const Limit& limit) {
  const bool is_one = strands.size() == 1;
  for (std::size_t i = 0; i < strands.size(); ++i) {
    if (!is_one) text += i == 0 ? "SELECT * FROM (" : " UNION ALL SELECT * FROM (";
    add_strand(text, find, strands[i], compare);
    text += order_of(find, strands[i].title_term ? term_key : ticket_key);
    text += " LIMIT " + text.parameter(limit.count);
    if (limit.offset > 0) text += " OFFSET " + text.parameter(limit.offset);
    if (!is_one) text += fmt::format(") strand{}", i);
  }
}

// The first `count` tickets of what the strands give.
void add_first(Text& text, const FindTickets& find, Compare compare, std::int64_t count,
               const Limit& limit) {
  const auto strands = strands_of(find);
  if (strands.size() == 1) return add_strands(text, find, strands, compare, limit);
  text += "SELECT r.price_cents, r.id FROM (";
  add_strands(text, find, strands, compare, limit);
  text += ") r" + order_of(find, read_key) + " LIMIT " + text.parameter(count);
}

// The tickets of a list without words.
void add_list(Text& text, const FindTickets& find) {
  add_first(text, find, Compare::prices, find.limit, {.count = find.limit});
}

// Those that have the words. Several strands are read up to the end of the reading, and compared
// together, as collecting shows for each of them takes time; one is read until enough are found.
void add_matching(Text& text, const FindTickets& find) {
  const auto strands = strands_of(find);
  text += "SELECT r.price_cents, r.id FROM (";
  if (strands.size() == 1)
    add_strand(text, find, strands.front(), Compare::prices);
  else
    add_strands(text, find, strands, Compare::prices, {.count = read_of_strand_max});
  // SQLite would compare each strand by itself.
  if (strands.size() > 1) text += " LIMIT " + text.parameter(read_of_strands_max);
  text += ") r WHERE 1 = 1";
  add_words(text, find, read_key);
  if (find.start == Start::word_in_order) {
    text += " AND coalesce((SELECT 1 FROM tickets t WHERE t.id = r.id AND ";
    add_scope(text, find, {.show_id = std::nullopt, .status = std::nullopt});
    text += " LIMIT 1), 0) = 1";
  }
  text += order_of(find, read_key) + " LIMIT " + text.parameter(find.limit);
}

// The nearest of the places where a strand has given its share.
void add_place(Text& text, const FindTickets& find, Compare compare, std::int64_t count) {
  const std::int64_t share = std::max<std::int64_t>(count / std::ssize(strands_of(find)), 1);
  add_first(text, find, compare, 1, {.count = 1, .offset = share - 1});
}

// The tickets of the first word or at the filter's prices: id.
void add_few(Text& text, const FindTickets& find) {
  if (find.start == Start::rare_price) {
    text += "SELECT t.id FROM tickets t WHERE ";
    text += "t.status IN ('available', 'reserved', 'sold')";
    add_prices(text, find.filter, "t.price_cents");
    return;
  }
  const std::string has_term = in_range(text, find.words.at(0).range);
  text += fmt::format(
      "SELECT w.ticket_id AS id FROM ticket_terms w WHERE {0} UNION ALL SELECT k.id FROM "
      "show_terms "
      "w CROSS JOIN shows m CROSS JOIN tickets k WHERE {0} AND (m.id = w.show_id OR m.merged_into "
      "= "
      "w.show_id) AND k.show_id = m.id",
      has_term);
}

const db::Sql count_of_word_sql{
    "count_tickets_of_word",
    "SELECT (SELECT count(*) FROM (SELECT 1 AS one FROM ticket_terms WHERE term BETWEEN $1 AND $2 "
    "LIMIT $3) of_title) AS in_titles, (SELECT count(*) FROM (SELECT 1 AS one FROM show_terms w "
    "CROSS JOIN shows m CROSS JOIN tickets k WHERE w.term BETWEEN $1 AND $2 AND (m.id = w.show_id "
    "OR m.merged_into = w.show_id) AND k.show_id = m.id LIMIT $3) of_show) AS in_shows, (SELECT "
    "count(*) FROM (SELECT 1 AS one FROM shows m CROSS JOIN show_terms w WHERE m.merged_into IS "
    "NOT NULL AND w.show_id = m.merged_into AND w.term BETWEEN $1 AND $2 LIMIT 1) of_substitute) "
    "AS in_substitutes"};

const db::Sql count_shows_of_word_sql{"count_shows_of_word",
                                      "SELECT count(*) AS count FROM (SELECT 1 AS one FROM "
                                      "show_terms WHERE term BETWEEN $1 AND $2 LIMIT $3) found"};

// From each term to the next one: their tickets, which are many, are not read.
const db::Sql terms_of_titles_sql{
    "terms_of_titles",
    "WITH RECURSIVE found(term, number) AS (SELECT min(term), CAST(1 AS bigint) FROM ticket_terms "
    "WHERE term BETWEEN $1 AND $2 UNION ALL SELECT (SELECT min(k.term) FROM ticket_terms k WHERE "
    "k.term > found.term AND k.term <= $2), found.number + 1 FROM found WHERE found.term IS NOT "
    "NULL AND found.number < $3) SELECT term FROM found WHERE term IS NOT NULL"};

const db::Sql shows_of_word_sql{
    "shows_of_word",
    "SELECT m.id FROM show_terms w CROSS JOIN shows m WHERE w.term BETWEEN $1 AND $2 AND (m.id = "
    "w.show_id OR m.merged_into = w.show_id) LIMIT $3"};

const db::Sql shows_listed_with_sql{
    "shows_listed_with",
    "SELECT s.id FROM (SELECT coalesce((SELECT b.id FROM shows a JOIN shows b ON b.id = "
    "a.merged_into WHERE a.id = $1), $1) AS id) stands CROSS JOIN shows s WHERE s.id = stands.id "
    "OR "
    "s.merged_into = stands.id ORDER BY s.id"};

}  // namespace

db::Statement find_tickets(const FindTickets& find) {
  Text text;
  // CROSS JOIN: SQLite reads what is on the left first.
  text += "SELECT " + ticket_columns.list("f") + " FROM (";
  if (is_in_order(find.start)) {
    find.words.empty() ? add_list(text, find) : add_matching(text, find);
  } else {
    text += "SELECT t.price_cents, t.id FROM (SELECT DISTINCT id FROM (";
    add_few(text, find);
    text += ") found) r CROSS JOIN tickets t WHERE t.id = r.id AND ";
    add_scope(text, find, {.show_id = std::nullopt, .status = std::nullopt});
    add_ends(text, find, ticket_key);
    if (!find.filter.is_by_price) add_prices(text, find.filter, "+t.price_cents");
    add_words(text, find, ticket_key);
    text += order_of(find, ticket_key) + " LIMIT " + text.parameter(find.limit);
  }
  text += ") d CROSS JOIN tickets f WHERE f.id = d.id" + order_of(find, row_key);
  return text.take("find_tickets", ticket_columns);
}

db::Statement place_after(const FindTickets& find, std::int64_t count) {
  Text text;
  add_place(text, find, Compare::nothing, count);
  return text.take("place_after");
}

db::Statement place_after_priced(const FindTickets& find, std::int64_t count) {
  Text text;
  add_place(text, find, Compare::prices, count);
  return text.take("place_after_priced");
}

Place decode_place(const db::Row& row) {
  return {.price_cents = row.integer("price_cents"), .id = row.text("id")};
}

db::Statement count_of_word(const terms::TermRange& range, std::int64_t max) {
  return count_of_word_sql(range.first, range.last, max);
}

db::Statement count_priced(const TicketFilter& filter, std::int64_t max) {
  Text text;
  text += "SELECT count(*) AS count FROM (SELECT 1 FROM tickets t WHERE ";
  text += "t.status IN ('available', 'reserved', 'sold')";
  add_prices(text, filter, "t.price_cents");
  text += " LIMIT " + text.parameter(max) + ") found";
  return text.take("count_tickets_priced");
}

db::Statement count_shows_of_word(const terms::TermRange& range, std::int64_t max) {
  return count_shows_of_word_sql(range.first, range.last, max);
}

db::Statement terms_of_titles(const terms::TermRange& range, std::int64_t max) {
  return terms_of_titles_sql(range.first, range.last, max);
}

db::Statement shows_of_word(const terms::TermRange& range, std::int64_t max) {
  return shows_of_word_sql(range.first, range.last, max);
}

db::Statement shows_listed_with(const std::string& show_id) {
  return shows_listed_with_sql(show_id);
}

}  // namespace ticketing::tickets::lists::store
