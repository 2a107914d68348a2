#include "common/bus/dead_letters.hpp"

#include "common/db/columns.hpp"

namespace ticketing::bus {
namespace {

constexpr std::string_view schema = R"sql(
CREATE TABLE dead_letters (
  consumer text NOT NULL,
  event_id text NOT NULL,
  subject text NOT NULL,
  source text NOT NULL,
  payload text NOT NULL,
  traceparent text NOT NULL,
  created_at bigint NOT NULL,
  reason text NOT NULL,
  failed_at bigint NOT NULL,
  PRIMARY KEY (consumer, event_id)
);
CREATE INDEX dead_letters_in_order ON dead_letters (failed_at, event_id);
)sql";

// A reason is for a person to read; a handler's exception may carry any amount of text.
constexpr std::size_t reason_bytes_max = 1000;

const db::Columns<DeadLetter> letters{{{"event.id", "event_id"}, {"event.time", "created_at"}}};

const db::RecordSql<DeadLetter> store_letter{
    "dead_letter_store", letters,
    "INSERT INTO dead_letters (" + letters.list() + ") VALUES (" + letters.values() +
        ") ON CONFLICT (consumer, event_id) DO UPDATE SET reason = excluded.reason, "
        "failed_at = excluded.failed_at"};
const db::Sql list_letters{
    "dead_letter_list",
    "SELECT " + letters.list() + " FROM dead_letters ORDER BY failed_at, event_id LIMIT $1",
    letters};
const db::Sql find_letter{
    "dead_letter_find",
    "SELECT " + letters.list() + " FROM dead_letters WHERE consumer = $1 AND event_id = $2",
    letters};
const db::Sql forget_letter{"dead_letter_forget",
                            "DELETE FROM dead_letters WHERE consumer = $1 AND event_id = $2"};

}  // namespace

db::Statement store_dead_letter(const DeadLetter& letter) {
  DeadLetter stored = letter;
  if (stored.reason.size() > reason_bytes_max) stored.reason.resize(reason_bytes_max);
  return store_letter(stored);
}

db::Statement list_dead_letters(std::int64_t limit) { return list_letters(limit); }

db::Statement find_dead_letter(const std::string& consumer, const std::string& event_id) {
  return find_letter(consumer, event_id);
}

db::Statement forget_dead_letter(const std::string& consumer, const std::string& event_id) {
  return forget_letter(consumer, event_id);
}

db::Migration dead_letters_migration() { return {.name = "dead_letters", .sql = schema}; }

}  // namespace ticketing::bus
