// The statements of the search: the terms of each show, the words that look alike, and lists of
// shows.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/base/search_terms.hpp"
#include "common/db/database.hpp"
#include "shows/search/query.hpp"
#include "shows/show.hpp"

namespace ticketing::shows::search::store {

// Follow the change `event_id` of a show in its transaction: the terms under which it is found
// from now on, in the place of those from before. The words that no show has any more go, too.
std::vector<db::Statement> replace_terms(const Show& before, const Show& show,
                                         const std::string& event_id);
std::vector<db::Statement> add_terms(const Show& show, const std::string& event_id);
std::vector<db::Statement> remove_terms(const Show& show, const std::string& event_id);

// count: how many terms of shows are in a range, `max` when there are more.
db::Statement count_terms(const terms::TermRange& range, std::int64_t max);

// The same of available tickets at the query's prices.
db::Statement count_priced(const Query& query, std::int64_t max);

// Terms of words that share characters with one, those that share most first: term.
db::Statement similar_terms(const std::string& word, std::int64_t limit);

// From what the statement starts: it is fast when that gives few shows, or gives them in the order
// of the list until there are enough.
enum class Start {
  list,     // all shows, in the order of the list
  few,      // the shows of the words' `rarest`
  priced,   // the shows of available tickets at the query's prices
  in_order  // the shows of one exact term, in the order of the list
};

struct FindShows {
  const Query& query;
  std::vector<terms::TermRange> words;  // a show has all of them; empty: no search
  Start start = Start::list;
  std::size_t rarest = 0;  // of `words`, for `few` and `in_order`
};
// Up to one show more than the page's limit; going back, in the reverse order.
db::Statement find_shows(const FindShows& find);

}  // namespace ticketing::shows::search::store
