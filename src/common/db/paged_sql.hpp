// A list read by page in both directions (common/base/page.hpp): two statements that differ in
// their order.
#pragma once

#include <string>

#include "common/base/page.hpp"
#include "common/db/database.hpp"

namespace ticketing::db {

// Where a list begins without a cursor.
inline constexpr const char* sorts_after_every_id = "g";

class PagedSql {
 public:
  // `select` is a SELECT with a WHERE that a condition on `key`, the column of the cursor, can
  // follow. Its own parameters begin at $3.
  PagedSql(const std::string& name, const std::string& select, const std::string& key,
           const RowShape& shape)
      : older_(name, select + " AND " + key + " < $1 ORDER BY " + key + " DESC LIMIT $2", shape),
        newer_(name + "_back", select + " AND " + key + " > $1 ORDER BY " + key + " LIMIT $2",
               shape) {}

  // Reads one item more than a page has, which shows whether there is another page.
  template <class... Args>
  Statement operator()(const PageQuery& page, Args&&... args) const {
    const std::string from = page.cursor ? page.cursor->id : sorts_after_every_id;
    const Sql& sql = page.cursor && page.cursor->is_back ? newer_ : older_;
    return sql(from, page.limit + 1, std::forward<Args>(args)...);
  }

 private:
  Sql older_;
  Sql newer_;
};

}  // namespace ticketing::db
