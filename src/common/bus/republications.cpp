#include "common/bus/republications.hpp"

#include <limits>

#include "common/db/columns.hpp"

namespace ticketing::bus {
namespace {

constexpr std::string_view republications_schema = R"sql(
CREATE TABLE republications (
  id           text PRIMARY KEY,
  status       text NOT NULL,    -- waiting, running, done
  since        bigint NOT NULL,
  requested_by text NOT NULL,
  requested_at bigint NOT NULL,
  begins_at    bigint NOT NULL,
  next_table   bigint NOT NULL,
  after_id     text NOT NULL,
  step         bigint NOT NULL,
  entities     bigint NOT NULL,
  events       bigint NOT NULL,
  worker       text NOT NULL,
  worker_until bigint NOT NULL,
  started_at   bigint
);
-- One at a time, and one that takes in every request meanwhile.
CREATE UNIQUE INDEX republications_waiting ON republications (status) WHERE status = 'waiting';
CREATE UNIQUE INDEX republications_running ON republications (status) WHERE status = 'running';
)sql";

const db::Columns<Republication> republication_columns;

const db::RecordSql<Republication> request_sql{
    "republication_request",
    republication_columns,
    "INSERT INTO republications (" + republication_columns.list() + ") SELECT " +
        republication_columns.values() +
        " WHERE NOT EXISTS (SELECT 1 FROM republications r WHERE r.status <> 'waiting' "
        "AND r.since <= :since AND r.started_at >= :lost_before) "
        "ON CONFLICT (status) WHERE status = 'waiting' DO UPDATE SET "
        "since = CASE WHEN excluded.since < republications.since THEN excluded.since "
        "ELSE republications.since END, "
        "begins_at = CASE WHEN excluded.begins_at < republications.begins_at "
        "THEN excluded.begins_at ELSE republications.begins_at END",
    {"lost_before"}};

const db::Sql take_sql{
    "republication_take",
    "UPDATE republications SET status = 'running', worker = $1, worker_until = $3, "
    "started_at = coalesce(started_at, $2) WHERE worker_until <= $2 AND status <> 'done' AND "
    "id = (SELECT r.id FROM republications r WHERE r.status = 'running' OR (r.status = 'waiting' "
    "AND r.begins_at <= $2 AND NOT EXISTS (SELECT 1 FROM republications o "
    "WHERE o.status = 'running')) ORDER BY r.id LIMIT 1) RETURNING " +
        republication_columns.list(),
    republication_columns};

const db::RecordSql<Republication> advance_sql{
    "republication_advance", republication_columns,
    "UPDATE republications SET status = :status, next_table = :next_table, after_id = :after_id, "
    "step = :step, entities = :entities, events = :events, worker_until = :worker_until "
    "WHERE id = :id AND step + 1 = :step AND worker = :worker"};

const db::Sql enqueue_sql{
    "outbox_enqueue_copy",
    "INSERT INTO outbox (id, subject, payload, traceparent, created_at, original) "
    "SELECT CAST($1 AS text), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), "
    "CAST($5 AS bigint), CAST($6 AS text) WHERE EXISTS (SELECT 1 FROM republications "
    "WHERE id = $7 AND step = $8 AND worker = $9)"};

const std::string select = "SELECT " + republication_columns.list() + " FROM republications ";
const db::Sql latest_sql{"republication_latest", select + "ORDER BY id DESC LIMIT 1",
                         republication_columns};
const db::Sql by_id_sql{"republication_by_id", select + "WHERE id = $1", republication_columns};
const db::Sql forget_sql{"republication_forget",
                         "DELETE FROM republications WHERE status = 'done' AND requested_at < $1"};

}  // namespace

db::Statement request_republication(const Republication& republication, Timestamp lost_before) {
  return request_sql(republication, lost_before);
}

db::Statement take_republication(const std::string& worker, Timestamp now, Timestamp until) {
  return take_sql(worker, now, until);
}

db::Statement advance_republication(const Republication& republication) {
  return advance_sql(republication);
}

db::Statement enqueue_copy(const Event& event, const Republication& republication) {
  return enqueue_sql(event.id, event.subject, event.payload, trace::to_traceparent(event.context),
                     event.time, event.original, republication.id, republication.step,
                     republication.worker);
}

db::Statement latest_republication() { return latest_sql(); }
db::Statement republication_by_id(const std::string& id) { return by_id_sql(id); }
db::Statement forget_republications(Timestamp requested_before) {
  return forget_sql(requested_before);
}

db::Migration republications_migration() {
  return {.name = "republications", .sql = republications_schema};
}

}  // namespace ticketing::bus
