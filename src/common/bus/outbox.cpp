#include "common/bus/outbox.hpp"

#include <fmt/format.h>

namespace ticketing::bus {
namespace {

constexpr std::string_view outbox_schema = R"sql(
CREATE TABLE outbox (
  id text PRIMARY KEY,
  subject text NOT NULL,
  payload text NOT NULL,
  traceparent text NOT NULL,
  created_at bigint NOT NULL,
  published_at bigint
);
CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL;
)sql";

// Of a copy that is published once more: which event it repeats.
constexpr std::string_view original_column =
    "ALTER TABLE outbox ADD COLUMN original text NOT NULL DEFAULT ''";

const db::Sql unpublished_events{
    "outbox_unpublished",
    "SELECT id, subject, payload, traceparent, created_at, request_id, "
    "original "
    "FROM outbox "
    "WHERE published_at IS NULL ORDER BY id LIMIT $1"};
// A mark costs less than the statement around it.
const db::Sql mark_events{
    "outbox_mark_published",
    "UPDATE outbox SET published_at = $1 WHERE id IN "
    "($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"};
static_assert(Outbox::marks_max == 16);
// By id, which grows with time: an index on published_at would cost every event a write.
const db::Sql forget_events{
    "outbox_forget_published",
    "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE id < $1 AND published_at < $2 "
    "ORDER BY id LIMIT $3)"};
const db::Sql again_events{
    "outbox_publish_again",
    "UPDATE outbox SET published_at = NULL WHERE id IN (SELECT id FROM outbox WHERE id > $1 "
    "AND id < $2 AND published_at < $3 ORDER BY id LIMIT $4) RETURNING id"};
const db::Sql count_events{
    "outbox_backlog",
    "SELECT count(*) AS count, min(id) AS oldest_id FROM outbox WHERE published_at IS NULL"};

}  // namespace

// The same event may be offered twice when the outcome of the first commit was unknown.
Outbox::Outbox(std::string source, const std::string& entity_table)
    : source_(std::move(source)),
      enqueue_("outbox_enqueue",
               fmt::format("INSERT INTO outbox (id, subject, payload, traceparent, created_at, "
                           "request_id) "
                           "SELECT CAST($1 AS text), CAST($2 AS text), CAST($3 AS text), "
                           "CAST($4 AS text), CAST($5 AS bigint), CAST($7 AS text) "
                           "WHERE EXISTS (SELECT 1 FROM {} WHERE id = $6 AND last_event_id = $1) "
                           "ON CONFLICT DO NOTHING",
                           entity_table)),
      forget_with_("outbox_forget_with",
                   fmt::format("DELETE FROM outbox WHERE payload LIKE '%' || CAST($1 AS text) || "
                               "'%' AND id <> $2 AND EXISTS (SELECT 1 FROM {} WHERE id = $3 AND "
                               "last_event_id = $2)",
                               entity_table)) {}

db::Statement Outbox::enqueue(const Event& event, const std::string& entity_id) const {
  return enqueue_(event.id, event.subject, event.payload, trace::to_traceparent(event.context),
                  event.time, entity_id, std::string(event.context.request_id()));
}

db::Statement Outbox::unpublished(std::int64_t limit) const { return unpublished_events(limit); }

db::Statement Outbox::mark_published(std::span<const std::string> event_ids, Timestamp now) const {
  TICKETING_ASSERT(event_ids.size() <= marks_max);
  db::Statement mark = mark_events(now);
  mark.params.insert(mark.params.end(), event_ids.begin(), event_ids.end());
  mark.params.resize(1 + marks_max);  // null matches no id
  return mark;
}

db::Statement Outbox::forget_published(Timestamp before) const {
  return forget_events(id_floor(before), before, slice_rows_max);
}

db::Statement Outbox::publish_again(const std::string& after, Timestamp before) const {
  return again_events(after, id_floor(before), before, slice_rows_max);
}

db::Statement Outbox::forget_with(const std::string& text, const Event& event,
                                  const std::string& entity_id) const {
  return forget_with_(text, event.id, entity_id);
}

db::Statement Outbox::backlog() const { return count_events(); }

Event Outbox::decode(const db::Row& row, const std::string& source) {
  return {.id = row.text("id"),
          .subject = row.text("subject"),
          .source = source,
          .payload = row.text("payload"),
          .context = trace::read_context(row.text("traceparent"), row.text("request_id")),
          .time = row.time("created_at"),
          .original = row.text("original")};
}

std::string Outbox::id_floor(Timestamp t) {
  // A UUIDv7 begins with the 48 bits of its millisecond.
  const auto ms = static_cast<std::uint64_t>(to_millis(t));
  return fmt::format("{:08x}-{:04x}-", ms >> 16, ms & 0xffff);
}

db::Migrations outbox_migrations() {
  return {{.name = "outbox", .sql = outbox_schema},
          {.name = "outbox_request_id",
           .sql = "ALTER TABLE outbox ADD COLUMN request_id text NOT NULL DEFAULT ''"},
          {.name = "outbox_original", .sql = original_column}};
}

}  // namespace ticketing::bus
