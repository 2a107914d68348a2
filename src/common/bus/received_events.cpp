#include "common/bus/received_events.hpp"

#include <algorithm>

#include "common/bus/outbox.hpp"
#include "common/db/columns.hpp"

namespace ticketing::bus {
namespace {

constexpr std::string_view received_events_schema = R"sql(
CREATE TABLE received_events (
  subject       text PRIMARY KEY,
  store_created bigint NOT NULL,
  sequence      bigint NOT NULL,
  time          bigint NOT NULL,
  mark          bigint NOT NULL,
  mark_time     bigint NOT NULL
);
)sql";

const db::Columns<ReceivedEvents> received_columns;
const db::Sql all_sql{"received_events_all",
                      "SELECT " + received_columns.list() + " FROM received_events",
                      received_columns};
const db::RecordSql<ReceivedEvents> store_sql{
    "received_events_store", received_columns,
    "INSERT INTO received_events (" + received_columns.list() + ") VALUES (" +
        received_columns.values() + ") ON CONFLICT (subject) DO UPDATE SET " +
        received_columns.assignments({"subject"})};

ReceivedEvents begin(const ConsumerPosition& position, Timestamp time) {
  return {.subject = position.subject,
          .store_created = position.store_created,
          .sequence = position.pending == 0 ? position.last : position.acknowledged,
          .time = position.pending == 0 ? position.looked_at : time,
          .mark = position.last,
          .mark_time = position.looked_at};
}

// A listener that has never settled anything needs what the store had before, too.
ReceivedNow begin_first(const ConsumerPosition& position) {
  ReceivedNow now{.received = begin(position, {}), .lost = {}};
  now.received.sequence = std::max(now.received.sequence, position.first - 1);
  if (position.is_new && position.first > 1) {
    now.lost = LostEvents{.since = {}, .before = position.looked_at};
  }
  return now;
}

// Another store: owners publish again what their outboxes keep, so only older events are lost.
ReceivedNow begin_in_new_store(const ReceivedEvents& known, const ConsumerPosition& position) {
  ReceivedNow now{.received = begin(position, known.time), .lost = {}};
  if (known.time < position.looked_at - Outbox::retention) {
    now.lost = LostEvents{.since = known.time, .before = position.looked_at};
    now.received.time = position.looked_at;  // told once
  }
  return now;
}

}  // namespace

ReceivedNow follow(const std::optional<ReceivedEvents>& known, const ConsumerPosition& position) {
  if (!known) return begin_first(position);
  if (known->store_created != position.store_created) return begin_in_new_store(*known, position);
  ReceivedNow now{.received = *known, .lost = {}};
  ReceivedEvents& received = now.received;
  // A power cut may have shortened the store.
  received.sequence = std::min(received.sequence, position.last);
  if (position.first > received.sequence + 1) {
    now.lost = LostEvents{.since = known->time, .before = position.looked_at};
    received.sequence = position.first - 1;
  }
  const std::int64_t settled = position.pending == 0 ? position.last : position.acknowledged;
  received.sequence = std::max(received.sequence, settled);
  if (received.sequence >= received.mark) {
    received.time = received.mark_time;
    received.mark = position.last;
    received.mark_time = position.looked_at;
  }
  return now;
}

db::Statement all_received_events() { return all_sql(); }
db::Statement store_received_events(const ReceivedEvents& received) { return store_sql(received); }

db::Migration received_events_migration() {
  return {.name = "received_events", .sql = received_events_schema};
}

}  // namespace ticketing::bus
