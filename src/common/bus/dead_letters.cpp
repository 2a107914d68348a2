#include "common/bus/dead_letters.hpp"

#include <utility>

#include "common/db/columns.hpp"

namespace ticketing::bus {
namespace {

constexpr std::string_view dead_letters_schema = R"sql(
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

// A row of the table: the two ids of the event's context have a column each.
struct StoredLetter {
  std::string consumer;
  std::string event_id;
  std::string subject;
  std::string source;
  std::string payload;
  std::string traceparent;
  std::string request_id;
  Timestamp created_at;
  std::string original;
  std::string reason;
  Timestamp failed_at;
};
BOOST_DESCRIBE_STRUCT(StoredLetter, (),
                      (consumer, event_id, subject, source, payload, traceparent, request_id,
                       created_at, original, reason, failed_at))

const db::Columns<StoredLetter> letter_columns;

const db::RecordSql<StoredLetter> store_letter{
    "dead_letter_store", letter_columns,
    "INSERT INTO dead_letters (" + letter_columns.list() + ") VALUES (" + letter_columns.values() +
        ") ON CONFLICT (consumer, event_id) DO UPDATE SET reason = excluded.reason, "
        "failed_at = excluded.failed_at"};
const db::Sql list_letters{
    "dead_letter_list",
    "SELECT " + letter_columns.list() + " FROM dead_letters ORDER BY failed_at, event_id LIMIT $1",
    letter_columns};
const db::Sql find_letter{
    "dead_letter_find",
    "SELECT " + letter_columns.list() + " FROM dead_letters WHERE consumer = $1 AND event_id = $2",
    letter_columns};
const db::Sql forget_letter{"dead_letter_forget",
                            "DELETE FROM dead_letters WHERE consumer = $1 AND event_id = $2"};
const db::Sql forget_letters_with{
    "dead_letters_forget_with",
    "DELETE FROM dead_letters WHERE subject = $1 AND payload LIKE '%' || CAST($2 AS text) || '%'"};

}  // namespace

db::Statement store_dead_letter(const DeadLetter& letter) {
  const Event& event = letter.event;
  return store_letter({.consumer = letter.consumer,
                       .event_id = event.id,
                       .subject = event.subject,
                       .source = event.source,
                       .payload = event.payload,
                       .traceparent = trace::to_traceparent(event.context),
                       .request_id = std::string(event.context.request_id()),
                       .created_at = event.time,
                       .original = event.original,
                       .reason = letter.reason.substr(0, reason_bytes_max),
                       .failed_at = letter.failed_at});
}

db::Statement list_dead_letters(std::int64_t limit) { return list_letters(limit); }

db::Statement find_dead_letter(const std::string& consumer, const std::string& event_id) {
  return find_letter(consumer, event_id);
}

db::Statement forget_dead_letter(const std::string& consumer, const std::string& event_id) {
  return forget_letter(consumer, event_id);
}

db::Statement forget_dead_letters_with(std::string_view subject, const std::string& text) {
  return forget_letters_with(std::string(subject), text);
}

DeadLetter decode_dead_letter(const db::Row& row) {
  auto stored = row.as<StoredLetter>();
  return {.consumer = std::move(stored.consumer),
          .event = {.id = std::move(stored.event_id),
                    .subject = std::move(stored.subject),
                    .source = std::move(stored.source),
                    .payload = std::move(stored.payload),
                    .context = trace::read_context(stored.traceparent, stored.request_id),
                    .time = stored.created_at,
                    .original = std::move(stored.original)},
          .reason = std::move(stored.reason),
          .failed_at = stored.failed_at};
}

db::Migrations dead_letters_migrations() {
  return {{.name = "dead_letters", .sql = dead_letters_schema},
          {.name = "dead_letters_request_id",
           .sql = "ALTER TABLE dead_letters ADD COLUMN request_id text NOT NULL DEFAULT ''"},
          {.name = "dead_letters_original",
           .sql = "ALTER TABLE dead_letters ADD COLUMN original text NOT NULL DEFAULT ''"}};
}

}  // namespace ticketing::bus
