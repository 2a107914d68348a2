#include "common/db/erased_users.hpp"

#include "common/db/columns.hpp"

namespace ticketing::db {
namespace {

const Columns<ErasedUser> erased_columns;

const RecordSql<ErasedUser> note_erased_sql{"note_erased_user", erased_columns,
                                            "INSERT INTO erased_users (" + erased_columns.list() +
                                                ") VALUES (" + erased_columns.values() +
                                                ") ON CONFLICT (id) DO UPDATE SET noted_at = "
                                                "excluded.noted_at, ended_at = NULL"};

const std::string select_erased =
    "SELECT " + erased_columns.list() + " FROM erased_users WHERE id > $1 ";

const Sql erased_after_sql{"erased_users_after", select_erased + "ORDER BY id LIMIT $2",
                           erased_columns};
const Sql open_erasures_sql{"open_erasures_after",
                            select_erased + "AND ended_at IS NULL ORDER BY id LIMIT $2",
                            erased_columns};

const Sql end_erasure_sql{
    "end_erasure",
    "UPDATE erased_users SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL AND noted_at = $3"};

}  // namespace

Statement note_erased_user(const ErasedUser& user) { return note_erased_sql(user); }
Statement erased_users_after(const std::string& after, std::int64_t limit) {
  return erased_after_sql(after, limit);
}
Statement open_erasures_after(const std::string& after, std::int64_t limit) {
  return open_erasures_sql(after, limit);
}
Statement end_erasure(const ErasedUser& user, Timestamp now) {
  return end_erasure_sql(user.id, now, user.noted_at);
}

Migration erased_users_migration() {
  return {.name = "erased_users", .sql = R"(
CREATE TABLE erased_users (
  id            text PRIMARY KEY,
  version       bigint NOT NULL,
  last_event_id text NOT NULL,
  erased_at     bigint NOT NULL,
  noted_at      bigint NOT NULL,
  ended_at      bigint
);
CREATE INDEX erased_users_open ON erased_users (id) WHERE ended_at IS NULL;
)"};
}

}  // namespace ticketing::db
