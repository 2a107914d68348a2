#include "shows/search/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/db/batches.hpp"
#include "common/db/statement_text.hpp"
#include "shows/show_columns.hpp"

namespace ticketing::shows::search::store {
namespace {

using shows::store::ShowColumns;
using std::chrono::days;
using std::chrono::hours;

constexpr std::size_t words_of_trigram_max = 300;

const std::string if_changed =
    "EXISTS (SELECT 1 FROM shows s WHERE s.id = $1 AND s.last_event_id = $2)";

const db::Sql delete_terms_sql{"delete_terms",
                               "DELETE FROM show_terms WHERE show_id = $1 AND " + if_changed};

const db::Sql insert_terms_sql{
    "insert_terms",
    "INSERT INTO show_terms (show_id, term, starts_at) "
    "SELECT CAST($1 AS text), v.column1, CAST($3 AS bigint) FROM (VALUES " +
        db::batch_of_rows(4, 1) + ") v WHERE " + if_changed + " ON CONFLICT DO NOTHING"};

// The update locks the rows of words that are there; the order is the same for all writers.
// Frequent words, which do not lose all their shows at once, are not locked: writers would wait for
// each other.
constexpr std::int64_t shows_of_frequent_word = 100;
const db::Sql lock_words_sql{
    "lock_words",
    "INSERT INTO words (term) SELECT DISTINCT v.column1 FROM (VALUES " + db::batch_of_rows(3, 1) +
        ") v WHERE " + if_changed +
        fmt::format(" AND NOT EXISTS (SELECT 1 FROM show_terms t WHERE t.term = v.column1 "
                    "LIMIT 1 OFFSET {}) ORDER BY v.column1 ",
                    shows_of_frequent_word) +
        "ON CONFLICT (term) DO UPDATE SET term = excluded.term"};

const db::Sql insert_trigrams_sql{
    "insert_trigrams",
    "INSERT INTO word_trigrams (trigram, term) SELECT v.column1, v.column2 FROM (VALUES " +
        db::batch_of_rows(3, 2) + ") v WHERE " + if_changed + " ON CONFLICT DO NOTHING"};

const db::Sql delete_words_sql{"delete_words",
                               "DELETE FROM words WHERE term IN (SELECT v.column1 FROM (VALUES " +
                                   db::batch_of_rows(3, 1) +
                                   ") v) AND NOT EXISTS "
                                   "(SELECT 1 FROM show_terms t WHERE t.term = words.term) AND " +
                                   if_changed};

const db::Sql delete_trigrams_sql{
    "delete_trigrams",
    "DELETE FROM word_trigrams WHERE (trigram, term) IN (SELECT v.column1, v.column2 FROM "
    "(VALUES " +
        db::batch_of_rows(3, 2) +
        ") v) AND NOT EXISTS "
        "(SELECT 1 FROM show_terms t WHERE t.term = word_trigrams.term) AND " +
        if_changed};

const db::Sql count_terms_sql{"count_terms",
                              "SELECT count(*) AS count FROM (SELECT 1 FROM show_terms "
                              "WHERE term BETWEEN $1 AND $2 LIMIT $3) found"};

// The first words of each trigram, so that frequent ones cost no more than rare ones.
std::string words_of_trigrams() {
  std::string all;
  for (std::size_t i = 1; i <= terms::trigrams_max; ++i) {
    all += fmt::format(
        "{}SELECT term FROM (SELECT term FROM word_trigrams WHERE trigram = ${} ORDER BY term "
        "LIMIT {}) t{}",
        i == 1 ? "" : " UNION ALL ", i, words_of_trigram_max, i);
  }
  return all;
}

const db::Sql similar_terms_sql{"similar_terms",
                                fmt::format("SELECT term FROM ({}) shared GROUP BY term "
                                            "ORDER BY count(*) DESC, term LIMIT ${}",
                                            words_of_trigrams(), terms::trigrams_max + 1)};

template <class Texts>
std::vector<std::vector<std::string>> rows_of(const Texts& texts) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& text : texts) rows.push_back({text});
  return rows;
}

std::vector<std::string> texts_of(const Show& show) {
  return {show.name, show.venue.name, show.venue.city};
}

using Rows = std::vector<std::vector<std::string>>;

Rows trigrams_of_terms(const std::set<std::string>& terms) {
  Rows rows;
  for (const std::string& term : terms) {
    for (const std::string& trigram : terms::trigrams_of(terms::word_of_term(term)))
      rows.push_back({trigram, term});
  }
  return rows;
}

// The show is found by the terms of `texts`, instead of those of `old_texts`.
std::vector<db::Statement> replace(const std::vector<std::string>& old_texts,
                                   const std::vector<std::string>& texts, const Show& show,
                                   const std::string& event_id) {
  const std::vector<std::string> terms = terms::terms_of(texts);
  std::set<std::string> words, lost;
  for (const std::string& word : terms::words_of(texts)) words.insert(terms::to_term(word));
  for (const std::string& term : terms::terms_of(old_texts)) lost.insert(term);
  for (const std::string& term : terms) lost.erase(term);
  std::set<std::string> locked = words;
  locked.insert(lost.begin(), lost.end());

  const std::vector<db::Value> change{show.id, event_id};
  std::vector<db::Statement> statements;
  db::append(statements, db::in_batches(lock_words_sql, change, rows_of(locked)));
  if (!old_texts.empty()) statements.push_back(delete_terms_sql(show.id, event_id));
  db::append(statements,
             db::in_batches(insert_terms_sql, {show.id, event_id, to_millis(show.starts_at)},
                            rows_of(terms)));
  db::append(statements, db::in_batches(insert_trigrams_sql, change, trigrams_of_terms(words)));
  db::append(statements, db::in_batches(delete_words_sql, change, rows_of(lost)));
  db::append(statements, db::in_batches(delete_trigrams_sql, change, trigrams_of_terms(lost)));
  return statements;
}

using Text = db::StatementText;

// `moment` is the column that the statement reads by date.
void add_dates(Text& text, const Query& query, std::string_view moment) {
  const auto at_or_after = [&](Timestamp time) {
    text += fmt::format(" AND {} >= {}", moment, text.parameter(to_millis(time)));
  };
  const auto number_of = [](std::chrono::sys_days day) {
    return static_cast<std::int64_t>(day.time_since_epoch().count());
  };
  // No date begins earlier than 14 hours before it does in UTC, or ends later than 12 after that.
  if (query.from) {
    at_or_after(Timestamp(*query.from) - hours{14});
    text += fmt::format(" AND s.day >= {}", text.parameter(number_of(*query.from)));
  } else {
    at_or_after(query.now - lasts_at_most);
    text += fmt::format(" AND s.over_at > {}", text.parameter(to_millis(query.now)));
  }
  if (query.to) {
    const Timestamp end = Timestamp(*query.to) + days{1} + hours{12};
    text += fmt::format(" AND {} < {}", moment, text.parameter(to_millis(end)));
    text += fmt::format(" AND s.day <= {}", text.parameter(number_of(*query.to)));
  }
}

void add_filters(Text& text, const Query& query) {
  if (query.city) text += " AND s.city_key = " + text.parameter(terms::key_of(*query.city));
  if (query.category) text += " AND s.category = " + text.parameter(*query.category);
}

// "k.price_cents >= $1 AND k.price_cents <= $2"
std::string price_range(Text& text, const Query& query) {
  std::string range = "k.status = 'available'";
  if (query.price_min) range += " AND k.price_cents >= " + text.parameter(*query.price_min);
  if (query.price_max) range += " AND k.price_cents <= " + text.parameter(*query.price_max);
  return range;
}

// A ticket of the show is for sale in the range: the lowest price alone would hide a show that has
// cheaper ones, too.
void add_prices(Text& text, const FindShows& find) {
  const Query& query = find.query;
  if (!has_prices(query)) return;
  text += " AND s.price_from_cents ";
  text += query.price_max ? "<= " + text.parameter(*query.price_max) : "IS NOT NULL";
  if (!query.price_min || find.start == Start::priced) return;
  text += " AND EXISTS (SELECT 1 FROM tickets k WHERE " + price_range(text, query) +
          " AND k.show_id IN (SELECT a.id FROM shows a WHERE a.id = s.id OR a.merged_into = s.id))";
}

// From what the statement reads.
void add_source(Text& text, const FindShows& find) {
  // CROSS JOIN: SQLite reads what is on the left first.
  const auto few = [&](const std::string& ids) {
    text += "(SELECT DISTINCT " + ids +
            ") d CROSS JOIN shows s WHERE s.id = d.show_id AND s.merged_into IS NULL";
  };
  switch (find.start) {
    case Start::list: text += "shows s WHERE s.merged_into IS NULL"; return;
    case Start::priced: {
      few("coalesce(m.merged_into, m.id) AS show_id FROM tickets k CROSS JOIN shows m WHERE "
          "m.id = k.show_id AND " +
          price_range(text, find.query));
      return;
    }
    case Start::few: {
      const terms::TermRange& range = find.words.at(find.rarest);
      const std::string first = text.parameter(range.first);
      few(fmt::format("show_id FROM show_terms WHERE term BETWEEN {} AND {}", first,
                      text.parameter(range.last)));
      return;
    }
    case Start::in_order:
      text += "show_terms d CROSS JOIN shows s WHERE d.term = " +
              text.parameter(find.words.at(find.rarest).first) +
              " AND s.id = d.show_id AND s.merged_into IS NULL";
  }
}

void add_words(Text& text, const FindShows& find) {
  for (std::size_t i = 0; i < find.words.size(); ++i) {
    const bool is_source = find.start == Start::few || find.start == Start::in_order;
    if (is_source && i == find.rarest) continue;
    const terms::TermRange& range = find.words[i];
    const std::string first = text.parameter(range.first);
    text += " AND EXISTS (SELECT 1 FROM show_terms t WHERE t.show_id = s.id AND t.term ";
    text += range.is_exact() ? "= " + first
                             : fmt::format("BETWEEN {} AND {}", first, text.parameter(range.last));
    text += ")";
  }
}

// The condition that a page begins at its cursor, and the order.
void add_order(Text& text, const Query& query, std::string_view moment, std::string_view id) {
  const auto& cursor = query.cursor;
  const bool is_back = cursor && cursor->is_back;
  const bool by_date = query.sort == Sort::date;
  const bool ascends = by_date != is_back;
  if (cursor && by_date) {
    const std::string starts_at = text.parameter(to_millis(cursor->starts_at));
    text += fmt::format(" AND ({}, {}) {} ({}, {})", moment, id, ascends ? '>' : '<', starts_at,
                        text.parameter(cursor->id));
  } else if (cursor) {
    text += fmt::format(" AND {} {} {}", id, ascends ? '>' : '<', text.parameter(cursor->id));
  }
  const std::string_view direction = ascends ? "" : " DESC";
  if (by_date) {
    text += fmt::format(" ORDER BY {}{}, {}{}", moment, direction, id, direction);
  } else {
    text += fmt::format(" ORDER BY {}{}", id, direction);
  }
  text += " LIMIT " + text.parameter(query.limit + 1);
}

}  // namespace

std::vector<db::Statement> replace_terms(const Show& before, const Show& show,
                                         const std::string& event_id) {
  return replace(texts_of(before), texts_of(show), show, event_id);
}

std::vector<db::Statement> add_terms(const Show& show, const std::string& event_id) {
  return replace({}, texts_of(show), show, event_id);
}

std::vector<db::Statement> remove_terms(const Show& show, const std::string& event_id) {
  return replace(texts_of(show), {}, show, event_id);
}

db::Statement count_terms(const terms::TermRange& range, std::int64_t max) {
  return count_terms_sql(range.first, range.last, max);
}

db::Statement count_priced(const Query& query, std::int64_t max) {
  Text text;
  text += "SELECT count(*) AS count FROM (SELECT 1 FROM tickets k WHERE ";
  text += price_range(text, query);
  text += " LIMIT " + text.parameter(max) + ") found";
  return text.take("count_priced");
}

db::Statement similar_terms(const std::string& word, std::int64_t limit) {
  const auto trigrams = terms::trigrams_of(word);
  db::Statement statement{.sql = &similar_terms_sql, .params = {}};
  for (std::size_t i = 0; i < terms::trigrams_max; ++i)
    statement.params.emplace_back(i < trigrams.size() ? trigrams[i] : "");  // none has ""
  statement.params.emplace_back(limit);
  return statement;
}

db::Statement find_shows(const FindShows& find) {
  static const ShowColumns columns;
  static const std::string select = "SELECT " + columns.list("s") + " FROM ";
  Text text;
  text += select;
  add_source(text, find);
  const bool by_term = find.start == Start::in_order;
  const std::string_view moment = by_term ? "d.starts_at" : "s.starts_at";
  const std::string_view id = by_term ? "d.show_id" : "s.id";
  // Newest first, an index on dates would be read to its end and sorted: "+" keeps it out.
  add_dates(text, find.query, find.query.sort == Sort::new_ ? "+s.starts_at" : moment);
  add_filters(text, find.query);
  add_prices(text, find);
  add_words(text, find);
  add_order(text, find.query, moment, id);
  return text.take("find_shows", columns);
}

}  // namespace ticketing::shows::search::store
