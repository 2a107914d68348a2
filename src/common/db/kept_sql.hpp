// What a table keeps of a user, by page in the order of its ids: for what users take along.
#pragma once

#include <string>

#include "common/db/columns.hpp"

namespace ticketing::db {

// A page of the rows of a user: those after an id, which is empty for the first page.
struct KeptQuery {
  std::string user_id;
  std::string after;
  std::int64_t limit = 0;
};

template <Described Record>
class KeptSql {
 public:
  // `condition` is what makes a row the user's, who is $1; `key` is the column of the ids.
  KeptSql(const std::string& table, const Columns<Record>& columns,
          const std::string& condition = "user_id = $1", const std::string& key = "id")
      : sql_("kept_" + table,
             "SELECT " + columns.list() + " FROM " + table + " WHERE " + condition + " AND " + key +
                 " > $2 ORDER BY " + key + " LIMIT $3",
             columns) {}

  Statement operator()(const KeptQuery& query) const {
    return sql_(query.user_id, query.after, query.limit);
  }

 private:
  Sql sql_;
};

}  // namespace ticketing::db
