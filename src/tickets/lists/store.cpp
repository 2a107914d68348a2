#include "tickets/lists/store.hpp"

#include <fmt/format.h>

#include <tuple>

#include "common/db/batches.hpp"
#include "common/db/columns.hpp"
#include "common/db/paged_sql.hpp"
#include "common/db/statement_text.hpp"
#include "tickets/store.hpp"

namespace ticketing::tickets::lists::store {
namespace {

using tickets::store::CurrentTicket;
using Text = db::StatementText;

const db::Columns<Ticket> ticket_columns;

// As the index tickets_listed says it.
constexpr std::string_view is_listed = "t.status <> 'withdrawn' AND t.status <> 'lapsed'";

// A part of a list that one index has in the order of the list.
struct Strand {
  std::optional<std::string> show_id;
  std::optional<TicketStatus> status;
};

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

std::vector<Strand> strands_of(const FindTickets& find) {
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
  else if (!filter.seller_id)
    text += fmt::format(" AND {}", is_listed);
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

// A word may be of the ticket's title, of the name of its show or of the show that stands for it.
// No EXISTS: PostgreSQL would first collect the tickets that have a word, of a frequent one all.
void add_words(Text& text, const FindTickets& find) {
  for (const Word& word : find.words) {
    const std::string has_term = in_range(text, word.range);
    text += " AND coalesce(";
    if (word.is_in_titles) {
      text += fmt::format(
          "(SELECT 1 FROM ticket_terms w WHERE w.ticket_id = t.id AND {} LIMIT 1), ", has_term);
    }
    if (word.is_in_shows) {
      text += fmt::format(
          "(SELECT 1 FROM show_terms w WHERE w.show_id = t.show_id AND {0} LIMIT 1), "
          "(SELECT 1 FROM shows m CROSS JOIN show_terms w WHERE m.id = t.show_id AND "
          "w.show_id = m.merged_into AND {0} LIMIT 1), ",
          has_term);
    }
    text += "0) = 1";
  }
}

// Whether the statement's order is that of ascending prices, or ids.
bool ascends(const FindTickets& find) { return find.filter.is_by_price != find.is_back; }

// An end of what is read.
struct End {
  Place place;
  bool is_included = false;
};

void add_end(Text& text, const FindTickets& find, const std::optional<End>& end, char comparison) {
  if (!end) return;
  const std::string compared = fmt::format("{}{}", comparison, end->is_included ? "=" : "");
  if (find.filter.is_by_price) {
    const std::string price = text.parameter(end->place.price_cents);
    text += fmt::format(" AND (t.price_cents, t.id) {} ({}, {})", compared, price,
                        text.parameter(end->place.id));
  } else {
    text += fmt::format(" AND t.id {} {}", compared, text.parameter(end->place.id));
  }
}

// By price, the prices are ends, too: with two conditions on one end SQLite takes another index.
void add_ends(Text& text, const FindTickets& find) {
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
  add_end(text, find, low, '>');
  add_end(text, find, high, '<');
}

std::string order_of(const FindTickets& find) {
  const std::string_view direction = ascends(find) ? "" : " DESC";
  if (!find.filter.is_by_price) return fmt::format(" ORDER BY t.id{}", direction);
  return fmt::format(" ORDER BY t.price_cents{0}, t.id{0}", direction);
}

// The columns of each strand's tickets, as `add_rest` filters, orders and limits them; together in
// the order of the list, up to `limit`.
template <class Add>
void add_strands(Text& text, const FindTickets& find, const std::string& columns,
                 std::int64_t limit, Add add_rest) {
  const auto strands = strands_of(find);
  const bool is_one = strands.size() == 1;
  if (!is_one) text += "SELECT " + columns + " FROM (";
  for (std::size_t i = 0; i < strands.size(); ++i) {
    if (!is_one) text += i == 0 ? "SELECT * FROM (" : " UNION ALL SELECT * FROM (";
    text += "SELECT " + columns + " FROM tickets t WHERE ";
    add_scope(text, find, strands[i]);
    add_ends(text, find);
    add_rest();
    if (!is_one) text += fmt::format(") strand{}", i);
  }
  if (!is_one) text += ") t" + order_of(find) + " LIMIT " + text.parameter(limit);
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
    "OR m.merged_into = w.show_id) AND k.show_id = m.id LIMIT $3) of_show) AS in_shows"};

const db::Sql shows_listed_with_sql{
    "shows_listed_with",
    "SELECT s.id FROM (SELECT coalesce((SELECT b.id FROM shows a JOIN shows b ON b.id = "
    "a.merged_into WHERE a.id = $1), $1) AS id) stands CROSS JOIN shows s WHERE s.id = stands.id "
    "OR "
    "s.merged_into = stands.id ORDER BY s.id"};

const db::Sql mark_indexed_sql{
    "mark_ticket_indexed",
    "UPDATE tickets SET indexed_title = title WHERE id = $1 AND last_event_id = $2"};

const db::Sql tickets_to_index_sql{
    "tickets_to_index",
    "SELECT " + ticket_columns.list("t") +
        ", t.last_event_id FROM tickets t WHERE t.indexed_title IS NULL OR t.indexed_title <> "
        "t.title ORDER BY t.id LIMIT $1",
    db::Columns<CurrentTicket>()};

// The terms of a text of each row of a table. They are written only after the change that they
// follow: where `if_changed` ($1: the row's id, $2: what the change has set) is true.
class TermsTable {
 public:
  TermsTable(const std::string& name, const std::string& id, const std::string& if_changed)
      : delete_sql_("delete_" + name,
                    fmt::format("DELETE FROM {} WHERE {} = $1 AND {}", name, id, if_changed)),
        insert_sql_("insert_" + name,
                    fmt::format("INSERT INTO {} ({}, term) SELECT CAST($1 AS text), v.column1 FROM "
                                "(VALUES {}) v WHERE {} ON CONFLICT DO NOTHING",
                                name, id, db::batch_of_rows(3, 1), if_changed)) {}

  db::Statement remove(const std::string& id, const db::Value& change) const {
    return {.sql = &delete_sql_, .params = {id, change}};
  }
  std::vector<db::Statement> add(const std::string& id, const db::Value& change,
                                 const std::string& text) const {
    db::TextRows rows;
    for (const std::string& term : terms::terms_of({text})) rows.push_back({term});
    return db::in_batches(insert_sql_, {id, change}, rows);
  }

 private:
  db::Sql delete_sql_;
  db::Sql insert_sql_;
};

const TermsTable terms_of_tickets{
    "ticket_terms", "ticket_id",
    "EXISTS (SELECT 1 FROM tickets t WHERE t.id = $1 AND t.last_event_id = $2)"};
const TermsTable terms_of_shows{
    "show_terms", "show_id", "EXISTS (SELECT 1 FROM shows s WHERE s.id = $1 AND s.version = $2)"};

}  // namespace

db::Statement find_tickets(const FindTickets& find) {
  Text text;
  const auto add_filters = [&] {
    if (!find.filter.is_by_price) add_prices(text, find.filter, "+t.price_cents");
    add_words(text, find);
    text += order_of(find) + " LIMIT " + text.parameter(find.limit);
  };
  if (find.start != Start::in_order) {
    // CROSS JOIN: SQLite reads what is on the left first.
    text += "SELECT " + ticket_columns.list("t") + " FROM (SELECT DISTINCT id FROM (";
    add_few(text, find);
    text += ") found) d CROSS JOIN tickets t WHERE t.id = d.id AND ";
    add_scope(text, find, {.show_id = std::nullopt, .status = std::nullopt});
    add_ends(text, find);
    add_filters();
  } else {
    add_strands(text, find, ticket_columns.list("t"), find.limit, add_filters);
  }
  return text.take("find_tickets", ticket_columns);
}

db::Statement place_after(const FindTickets& find, std::int64_t count) {
  Text text;
  add_strands(text, find, "t.price_cents, t.id", 1,
              [&] { text += order_of(find) + " LIMIT 1 OFFSET " + text.parameter(count - 1); });
  return text.take("place_after");
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

db::Statement shows_listed_with(const std::string& show_id) {
  return shows_listed_with_sql(show_id);
}

std::vector<db::Statement> add_terms(const Ticket& ticket, const std::string& event_id) {
  return terms_of_tickets.add(ticket.id, event_id, ticket.title);
}

std::vector<db::Statement> replace_terms(const Ticket& ticket, const std::string& event_id) {
  std::vector<db::Statement> statements = add_terms(ticket, event_id);
  statements.insert(statements.begin(), {mark_indexed_sql(ticket.id, event_id),
                                         terms_of_tickets.remove(ticket.id, event_id)});
  return statements;
}

db::Statement tickets_to_index(std::int64_t limit) { return tickets_to_index_sql(limit); }

std::vector<db::Statement> replace_show_terms(const std::string& show_id, std::int64_t version,
                                              const std::string& name) {
  auto statements = terms_of_shows.add(show_id, version, name);
  statements.insert(statements.begin(), terms_of_shows.remove(show_id, version));
  return statements;
}

}  // namespace ticketing::tickets::lists::store
