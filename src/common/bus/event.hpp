// An event on its way: the CloudEvents 1.0 attributes around a JSON payload (docs/events.md).
#pragma once

#include <string>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"

namespace ticketing::bus {

struct Event {
  std::string id;           // UUIDv7; the same event always has the same id
  std::string subject;      // "note.created"
  std::string source;       // the service that owns it: "notes"
  std::string payload;      // JSON
  std::string traceparent;  // W3C trace context of the request it came from, or empty
  Timestamp time;           // when the change was made
};
BOOST_DESCRIBE_STRUCT(Event, (), (id, subject, source, payload, traceparent, time))

}  // namespace ticketing::bus
