#include "expiration/store.hpp"

#include "common/db/columns.hpp"

namespace ticketing::expiration::store {
namespace {

const db::Columns<Expiration> expiration_columns{{{"due", "due_at"}}};

const db::RecordSql<Expiration> insert_expiration_sql{
    "insert_expiration", expiration_columns,
    "INSERT INTO expirations (" + expiration_columns.list() + ", last_event_id, status) VALUES (" +
        expiration_columns.values() + ", '', 'waiting') ON CONFLICT DO NOTHING"};

const db::Sql drop_expiration_sql{
    "drop_expiration",
    "UPDATE expirations SET version = $2, status = 'dropped' WHERE id = $1 AND version + 1 = $2"};

const db::Sql announce_expiration_sql{
    "announce_expiration",
    "UPDATE expirations SET status = 'announced', last_event_id = $2 "
    "WHERE id = $1 AND status = 'waiting' AND kind = 'order'"};

const db::RecordSql<Expiration> store_beginning_sql{
    "store_beginning",
    expiration_columns,
    "INSERT INTO expirations (" + expiration_columns.list() + ", last_event_id, status) VALUES (" +
        expiration_columns.values() +
        ", '', CAST(:status AS text)) ON CONFLICT (id) DO UPDATE SET version = :version, "
        "status = CASE WHEN expirations.status = 'announced' AND expirations.due_at = :due_at "
        "AND excluded.status = 'waiting' THEN 'announced' ELSE excluded.status END, "
        "due_at = :due_at WHERE expirations.version < :version",
    {"status"}};

const db::Sql announce_beginning_sql{
    "announce_beginning",
    "UPDATE expirations SET status = 'announced', last_event_id = $3 "
    "WHERE id = $1 AND due_at = $2 AND status = 'waiting' AND kind = 'show'"};

const db::Sql beginning_of_sql{"beginning_of", "SELECT " + expiration_columns.list() +
                                                   ", status FROM expirations WHERE id = $1"};

const db::Sql expiration_state_sql{"expiration_state",
                                   "SELECT version, status FROM expirations WHERE id = $1"};

const db::Sql expirations_after_sql{
    "expirations_after",
    "SELECT " + expiration_columns.list() +
        ", status, last_event_id FROM expirations WHERE id > $1 ORDER BY id LIMIT $2",
    db::Columns<CurrentExpiration>{{{"expiration.due", "due_at"}}}};

const db::Sql waiting_after_sql{
    "waiting_after",
    "SELECT " + expiration_columns.list() +
        " FROM expirations WHERE status = 'waiting' AND id > $1 ORDER BY id LIMIT $2",
    expiration_columns};

}  // namespace

db::Statement insert_expiration(const Expiration& expiration) {
  return insert_expiration_sql(expiration);
}

db::Statement drop_expiration(const std::string& order_id, std::int64_t order_version) {
  return drop_expiration_sql(order_id, order_version);
}

db::Statement announce_expiration(const std::string& order_id, const std::string& event_id) {
  return announce_expiration_sql(order_id, event_id);
}

db::Statement store_beginning(const Beginning& beginning) {
  const std::string status = beginning.is_awaited ? "waiting" : "dropped";
  return store_beginning_sql(beginning.expiration, status);
}

db::Statement announce_beginning(const std::string& show_id, Timestamp starts_at,
                                 const std::string& event_id) {
  return announce_beginning_sql(show_id, starts_at, event_id);
}

db::Statement beginning_of(const std::string& show_id) { return beginning_of_sql(show_id); }

Beginning decode_beginning(const db::Row& row) {
  return {.expiration = {.id = row.text("id"),
                         .version = row.integer("version"),
                         .due = row.time("due_at"),
                         .kind = Kind::show},
          .is_awaited = row.text("status") == "waiting"};
}

db::Statement expiration_state(const std::string& order_id) {
  return expiration_state_sql(order_id);
}

State decode_state(const db::Row& row) {
  return {.order_version = row.integer("version"), .waiting = row.text("status") == "waiting"};
}

db::Statement expirations_after(const std::string& after, std::int64_t limit) {
  return expirations_after_sql(after, limit);
}

db::Statement waiting_after(const std::string& id, std::int64_t limit) {
  return waiting_after_sql(id, limit);
}

}  // namespace ticketing::expiration::store
