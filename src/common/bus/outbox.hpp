// The outbox: an event is a row that is written in the same transaction as its change.
#pragma once

#include <chrono>
#include <span>
#include <string>

#include "common/bus/event.hpp"
#include "common/db/database.hpp"
#include "common/db/migrations.hpp"

namespace ticketing::bus {

// Statements of the outbox of one service's database.
class Outbox {
 public:
  // Published events are kept for this long.
  static constexpr std::chrono::hours retention{7 * 24};
  // Rows that one forget_published or publish_again touches at most.
  static constexpr std::int64_t slice_rows_max = 500;
  // Events that one mark_published marks at most.
  static constexpr std::size_t marks_max = 16;

  // `entity_table` contains the entities whose changes are published; it has the columns id and
  // last_event_id. `source` is the owning service.
  Outbox(std::string source, const std::string& entity_table);

  const std::string& source() const { return source_; }

  // Enqueues `event` if, at this point of the transaction, the entity's last_event_id is the
  // event's id: that is, if its change has happened in this transaction.
  db::Statement enqueue(const Event& event, const std::string& entity_id) const;

  // Events not yet published, oldest first.
  db::Statement unpublished(std::int64_t limit) const;
  db::Statement mark_published(std::span<const std::string> event_ids, Timestamp now) const;
  // Deletes a slice of the events that were made and published before `before`.
  db::Statement forget_published(Timestamp before) const;
  // A slice of the events after the id `after` that were made and published before `before` counts
  // as unpublished again: for a bus that lost its store. One row for each: its id, in no order.
  db::Statement publish_again(const std::string& after, Timestamp before) const;
  // Deletes the events with this text in their payload, published or not, if, at this point of the
  // transaction, `event` is the last of the entity. That one stays.
  db::Statement forget_with(const std::string& text, const Event& event,
                            const std::string& entity_id) const;
  // One row: count of unpublished events, id of the oldest (or null). Its age is that of its id:
  // the copy of an event that is published once more tells of an older change.
  db::Statement backlog() const;

  static Event decode(const db::Row& row, const std::string& source);
  // Ids of events made at or after `t` are greater, those of earlier ones are less.
  static std::string id_floor(Timestamp t);

 private:
  std::string source_;
  db::Sql enqueue_;
  db::Sql forget_with_;
};

// The outbox's own table; part of every owner's migrations.
db::Migrations outbox_migrations();

}  // namespace ticketing::bus
