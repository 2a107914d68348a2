#include "shows/search/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "common/base/id.hpp"
#include "shows/search/store.hpp"

namespace ticketing::shows::search {
namespace {

// Up to so many shows are read and sorted at once.
constexpr std::int64_t few_max = 1'000;
constexpr std::int64_t counted_max = 2'000;
constexpr std::int64_t similar_max = 64;
constexpr std::size_t tried_max = 5;

using terms::TermRange;
using terms::Words;

std::string to_text(const Show& show, Sort sort) {
  return sort == Sort::date ? fmt::format("{}.{}", to_millis(show.starts_at), show.id) : show.id;
}

Page<Show> to_page(std::vector<Show> shows, const Query& query) {
  PageQuery page{.limit = query.limit};
  if (query.cursor) page.cursor = PageCursor{.id = "", .is_back = query.cursor->is_back};
  return make_page(std::move(shows), page,
                   [&](const Show& show) { return to_text(show, query.sort); });
}

struct Similar {
  std::size_t edits;
  std::size_t rank;  // by how many characters it shares
  std::string term;
};

}  // namespace

std::optional<Cursor> parse_cursor(Sort sort, std::string_view text) {
  Cursor cursor;
  if (sort == Sort::date) {
    std::int64_t millis = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, millis);
    if (fault != std::errc{} || stop == end || *stop != '.' || millis < 0) return std::nullopt;
    cursor.starts_at = from_millis(millis);
    text = {stop + 1, end};
  }
  if (!is_uuid(text)) return std::nullopt;
  cursor.id = text;
  return cursor;
}

Task<Page<Show>> Search::find(Query query) {
  const std::vector<Words> readings = terms::readings_of(query.text);
  if (readings.empty()) {
    auto shows = co_await read(query, {});
    co_return to_page(std::move(shows), query);
  }
  for (const Words& reading : readings) {
    const auto ranges = terms::ranges_of(reading);
    auto shows = co_await read(query, ranges);
    // Past the last page there is nothing, and the query has been read as it is meant.
    if (!shows.empty() || co_await finds_any(query, ranges))
      co_return to_page(std::move(shows), query);
  }
  // The reading that joins nothing.
  const Words& words = *std::ranges::max_element(readings, {}, &Words::size);
  const auto corrected = co_await correct(words);
  if (!corrected) co_return Page<Show>{};
  auto shows = co_await read(query, terms::ranges_of(*corrected));
  co_return to_page(std::move(shows), query);
}

Task<bool> Search::finds_any(Query query, const std::vector<TermRange>& words) {
  if (!query.cursor) co_return false;
  query.cursor.reset();
  query.limit = 1;
  const auto shows = co_await read(query, words);
  co_return !shows.empty();
}

Task<std::int64_t> Search::count(const TermRange& range) {
  const auto result = co_await database_.query(store::count_terms(range, counted_max));
  co_return result.rows.front().integer("count");
}

Task<std::vector<Show>> Search::read(const Query& query, const std::vector<TermRange>& words) {
  store::FindShows find{.query = query, .words = words};
  std::int64_t fewest = counted_max + 1, fewest_exact = counted_max + 1;
  std::size_t rarest_exact = words.size();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::int64_t counted = co_await count(words[i]);
    if (counted == 0) co_return std::vector<Show>{};
    if (counted < fewest) find.rarest = i, fewest = counted;
    if (words[i].is_exact() && counted < fewest_exact) rarest_exact = i, fewest_exact = counted;
  }
  std::int64_t priced = counted_max + 1;
  if (has_prices(query)) {
    const auto result = co_await database_.query(store::count_priced(query, counted_max));
    priced = result.rows.front().integer("count");
    if (priced == 0) co_return std::vector<Show>{};
  }
  if (std::min(fewest, priced) <= few_max) {
    find.start = priced < fewest ? store::Start::priced : store::Start::few;
  } else if (rarest_exact < words.size()) {
    find.start = store::Start::in_order;
    find.rarest = rarest_exact;
  }
  const auto result = co_await database_.query(store::find_shows(find));
  std::vector<Show> shows;
  for (const db::Row& row : result.rows) shows.push_back(row.as<Show>());
  co_return shows;
}

Task<std::optional<Words>> Search::correct(Words words) {
  const auto ranges = terms::ranges_of(words);
  bool is_corrected = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::int64_t counted = co_await count(ranges[i]);
    if (counted > 0) continue;
    auto similar = co_await find_similar(words[i], i + 1 == words.size());
    if (!similar) co_return std::nullopt;
    words[i] = *std::move(similar);
    is_corrected = true;
  }
  if (!is_corrected) co_return std::nullopt;
  co_return words;
}

Task<std::optional<std::string>> Search::find_similar(std::string word, bool is_incomplete) {
  const auto found = co_await database_.query(store::similar_terms(word, similar_max));
  std::vector<Similar> similar;
  for (const db::Row& row : found.rows) {
    const std::string& term = row.text("term");
    const terms::Likeness likeness =
        terms::likeness_of(word, terms::word_of_term(term), is_incomplete);
    if (likeness.is_likely)
      similar.push_back({.edits = likeness.edits, .rank = similar.size(), .term = term});
  }
  std::ranges::sort(similar, {}, [](const Similar& s) { return std::pair(s.edits, s.rank); });
  if (similar.size() > tried_max) similar.resize(tried_max);
  for (const Similar& one : similar) {
    // No show may have the word any more.
    const std::int64_t counted = co_await count({.first = one.term, .last = one.term});
    if (counted > 0) co_return terms::word_of_term(one.term);
  }
  co_return std::nullopt;
}

}  // namespace ticketing::shows::search
