// An event in transit: the CloudEvents 1.0 attributes around a JSON payload (docs/events.md).
#pragma once

#include <string>

#include "common/base/clock.hpp"
#include "common/base/trace_context.hpp"

namespace ticketing::bus {

struct Event {
  std::string id;          // UUIDv7; the same event always has the same id
  std::string subject;     // "note.created"
  std::string source;      // the service that owns it: "notes"
  std::string payload;     // JSON
  trace::Context context;  // of its cause: a request, or the handling of another event
  Timestamp time;          // when the change was made
  // Of a copy that was republished (republished.hpp): which event it repeats. Empty: this is the
  // first.
  std::string original = {};

  bool is_copy() const { return !original.empty(); }
};

}  // namespace ticketing::bus
