#include "expiration/store.hpp"

namespace ticketing::expiration::store {
namespace {

const db::Sql insert_expiration_sql{
    "insert_expiration",
    "INSERT INTO expirations (id, version, last_event_id, due_at, status) "
    "VALUES ($1, $2, '', $3, 'waiting') ON CONFLICT DO NOTHING"};

const db::Sql drop_expiration_sql{
    "drop_expiration",
    "UPDATE expirations SET version = $2, status = 'dropped' WHERE id = $1 AND version + 1 = $2"};

const db::Sql announce_expiration_sql{"announce_expiration",
                                      "UPDATE expirations SET status = 'announced', last_event_id "
                                      "= $2 WHERE id = $1 AND status = 'waiting'"};

const db::Sql expiration_state_sql{"expiration_state",
                                   "SELECT version, status FROM expirations WHERE id = $1"};

const db::Sql waiting_after_sql{"waiting_after",
                                "SELECT id, version, due_at FROM expirations WHERE status = "
                                "'waiting' AND id > $1 ORDER BY id LIMIT $2"};

}  // namespace

db::Statement insert_expiration(const Expiration& expiration) {
  return insert_expiration_sql(expiration.order_id, expiration.order_version, expiration.due);
}

db::Statement drop_expiration(const std::string& order_id, std::int64_t order_version) {
  return drop_expiration_sql(order_id, order_version);
}

db::Statement announce_expiration(const std::string& order_id, const std::string& event_id) {
  return announce_expiration_sql(order_id, event_id);
}

db::Statement expiration_state(const std::string& order_id) {
  return expiration_state_sql(order_id);
}

State decode_state(const db::Row& row) {
  return {.order_version = row.integer(0), .waiting = row.text(1) == "waiting"};
}

db::Statement waiting_after(const std::string& order_id, std::int64_t limit) {
  return waiting_after_sql(order_id, limit);
}

Expiration decode_expiration(const db::Row& row) {
  return {.order_id = row.text(0), .order_version = row.integer(1), .due = row.time(2)};
}

}  // namespace ticketing::expiration::store
