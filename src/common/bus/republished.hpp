// What a service declares so that the current version of each of its entities can be published
// once more (common/runtime/republisher.hpp): pages of its tables, and the events of a row.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/id.hpp"
#include "common/bus/subjects.hpp"
#include "common/db/database.hpp"

namespace ticketing::bus {

// A copy of an event, made from an entity as it is now.
struct RepublishedEvent {
  std::string subject;
  std::string payload;
  std::string original;  // Event::original
  Timestamp time;        // when the change was made
};

// The event of the entity's last change, whose id the entity still has.
template <class Contract>
RepublishedEvent last_event(const Contract& contract, const std::string& last_event_id) {
  return {.subject = std::string(Contract::subject),
          .payload = encode(contract),
          .original = last_event_id,
          .time = time_of_id(last_event_id).value_or(Timestamp{})};
}

// The event of an earlier change, whose id is not stored: named after its subject and entity.
template <class Contract>
RepublishedEvent earlier_event(const Contract& contract, const std::string& entity_id,
                               Timestamp time) {
  return {.subject = std::string(Contract::subject),
          .payload = encode(contract),
          .original = std::string(Contract::subject) + "/" + entity_id,
          .time = time};
}

using RepublishedEvents = std::vector<RepublishedEvent>;

struct RepublishedTable {
  // The next entities after the id `after`, in the order of their ids; each row has the columns id
  // and last_event_id.
  std::function<db::Statement(const std::string& after, std::int64_t limit)> page;
  // The events that tell a listener all about the entity of this row; none if there is nothing to
  // tell.
  std::function<RepublishedEvents(const db::Row& row)> events_of;
};

// `page` selects rows of a record; `events_of` takes the record.
template <class Record>
RepublishedTable republished_table(db::Statement (*page)(const std::string&, std::int64_t),
                                   RepublishedEvents (*events_of)(const Record&)) {
  return {.page = page,
          .events_of = [events_of](const db::Row& row) { return events_of(row.as<Record>()); }};
}

// `subjects` are those of its events.
struct Republished {
  std::vector<std::string_view> subjects = {};
  std::vector<RepublishedTable> tables = {};
};

}  // namespace ticketing::bus
