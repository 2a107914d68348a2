// What a service keeps of a user, for the user to take along: the rows of its tables, by page.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "common/db/kept_sql.hpp"
#include "common/json/described.hpp"
#include "common/limits/rate_limit.hpp"
#include "common/runtime/platform.hpp"

namespace ticketing::runtime {

struct KeptTable {
  std::string name;  // as docs/privacy.md has it
  std::function<db::Statement(const db::KeptQuery&)> select;
  // Gives the id of the row.
  std::function<std::string(json::Writer&, const db::Row&)> write;
};
using KeptTables = std::vector<KeptTable>;

// `select` gives rows of this record, by its member `id`.
template <Described Record>
KeptTable kept_table(std::string name, std::function<db::Statement(const db::KeptQuery&)> select) {
  return {.name = std::move(name),
          .select = std::move(select),
          .write = [](json::Writer& writer, const db::Row& row) {
            Record record = row.as<Record>();
            json::write(writer, record);
            return std::move(record.id);
          }};
}

class KeptData {
 public:
  static constexpr std::int64_t page_rows = 100;

  // `database` outlives it.
  KeptData(Platform& platform, std::string service, db::Database& database, KeptTables tables);

  // An endpoint for callers with a session.
  http::Endpoint endpoint();
  // A page of what is kept of the caller: {"service", "table", "rows"}, with the next page, which
  // may be of the next table, in a Link header. Refuses with `too_many_requests`, and a cursor that
  // is none of this service.
  Task<Result<http::Response>> page(const http::Request& request, const http::Caller& caller);

 private:
  struct Place {
    std::size_t table = 0;  // its number
    std::string after;
  };
  Result<Place> place_of(const http::Request& request) const;
  // The rows from there on, of the first table that has any.
  Task<db::StatementResult> read(const std::string& user_id, Place& place);

  Platform& platform_;
  const std::string service_;
  db::Database& database_;
  const KeptTables tables_;
  limits::RateLimit pages_;
};

}  // namespace ticketing::runtime
