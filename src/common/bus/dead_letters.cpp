#include "common/bus/dead_letters.hpp"

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

const db::Sql store_letter{
    "dead_letter_store",
    "INSERT INTO dead_letters (consumer, event_id, subject, source, payload, traceparent, "
    "created_at, reason, failed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
    "ON CONFLICT (consumer, event_id) DO UPDATE SET reason = excluded.reason, "
    "failed_at = excluded.failed_at"};
const db::Sql list_letters{
    "dead_letter_list",
    "SELECT consumer, event_id, subject, source, payload, traceparent, created_at, reason, "
    "failed_at FROM dead_letters ORDER BY failed_at, event_id LIMIT $1"};
const db::Sql find_letter{
    "dead_letter_find",
    "SELECT consumer, event_id, subject, source, payload, traceparent, created_at, reason, "
    "failed_at FROM dead_letters WHERE consumer = $1 AND event_id = $2"};
const db::Sql forget_letter{"dead_letter_forget",
                            "DELETE FROM dead_letters WHERE consumer = $1 AND event_id = $2"};

}  // namespace

db::Statement store_dead_letter(const DeadLetter& letter) {
  const Event& event = letter.event;
  return store_letter(letter.consumer, event.id, event.subject, event.source, event.payload,
                      event.traceparent, event.time, letter.reason.substr(0, reason_bytes_max),
                      letter.failed_at);
}

db::Statement list_dead_letters(std::int64_t limit) { return list_letters(limit); }

db::Statement find_dead_letter(const std::string& consumer, const std::string& event_id) {
  return find_letter(consumer, event_id);
}

db::Statement forget_dead_letter(const std::string& consumer, const std::string& event_id) {
  return forget_letter(consumer, event_id);
}

DeadLetter decode_dead_letter(const db::Row& row) {
  return {.consumer = row.text(0),
          .event = {.id = row.text(1),
                    .subject = row.text(2),
                    .source = row.text(3),
                    .payload = row.text(4),
                    .traceparent = row.text(5),
                    .time = row.time(6)},
          .reason = row.text(7),
          .failed_at = row.time(8)};
}

db::Migration dead_letters_migration() { return {.name = "dead_letters", .sql = schema}; }

}  // namespace ticketing::bus
