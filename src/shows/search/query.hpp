// What a list of shows is asked for. No I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "shows/show.hpp"

namespace ticketing::shows::search {

enum class Sort { date, new_ };
BOOST_DESCRIBE_ENUM(Sort, date, new_)

// Where a page begins: behind this show, or before it when it goes back. The moment is part of it,
// so that the page stays where it is when the show itself is moved.
struct Cursor {
  Timestamp starts_at;  // for Sort::date
  std::string id;
  bool is_back = false;
};

struct Query {
  std::string text;                 // empty: no search
  std::optional<std::string> city;  // as people write it
  std::optional<Category> category;
  std::optional<std::chrono::sys_days> from;  // dates at the venue; without: what is not over
  std::optional<std::chrono::sys_days> to;    // the last one
  // A ticket is for sale at such a price. Both included.
  std::optional<Money> price_min;
  std::optional<Money> price_max;
  Sort sort = Sort::date;
  std::int64_t limit = 24;
  std::optional<Cursor> cursor;
  Timestamp now;
};

inline bool has_prices(const Query& query) { return query.price_min || query.price_max; }

}  // namespace ticketing::shows::search
