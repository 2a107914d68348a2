// Finds shows. A show is found if it has all words of a query, the last one also as a beginning.
// Only when no show has them, a query is read in another way: its words as one, or words that are
// typed nearly so.
#pragma once

#include <optional>
#include <vector>

#include "common/base/page.hpp"
#include "common/base/search_terms.hpp"
#include "common/db/database.hpp"
#include "shows/search/query.hpp"
#include "shows/show.hpp"

namespace ticketing::shows::search {

class Search {
 public:
  explicit Search(db::Database& database) : database_(database) {}

  // The cursors of the page are texts that parse_cursor() reads.
  Task<Page<Show>> find(Query query);

 private:
  Task<std::vector<Show>> read(const Query& query, const std::vector<terms::TermRange>& words);
  Task<std::int64_t> count(const terms::TermRange& range);
  // Whether a page of the query that begins at no cursor has a show.
  Task<bool> finds_any(Query query, const std::vector<terms::TermRange>& words);
  // The words with those that no show has replaced by the nearest ones; nothing when there are
  // none.
  Task<std::optional<terms::Words>> correct(terms::Words words);
  Task<std::optional<std::string>> find_similar(std::string word, bool is_incomplete);

  db::Database& database_;
};

// Nothing when it is not the text of a cursor for this order; without the "-" of one that goes
// back.
std::optional<Cursor> parse_cursor(Sort sort, std::string_view text);

}  // namespace ticketing::shows::search
