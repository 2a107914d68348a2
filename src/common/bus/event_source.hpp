// Creates the events of one service: sets id, time and origin.
#pragma once

#include <string>

#include "common/base/clock.hpp"
#include "common/base/id.hpp"
#include "common/base/span.hpp"
#include "common/bus/event.hpp"

namespace ticketing::bus {

class EventSource {
 public:
  EventSource(std::string source, IdGenerator& ids, const Clock& clock)
      : source_(std::move(source)), ids_(ids), clock_(clock) {}

  // `contract` is one of the event types of src/contracts; its encode() is found by its namespace.
  // The event belongs to the current trace, or to a new one where there is none.
  template <class Contract>
  Event make(const Contract& contract) const {
    const trace::Context context = trace::current();
    return Event{.id = ids_.next(),
                 .subject = std::string(Contract::subject),
                 .source = source_,
                 .payload = encode(contract),
                 .context = context.has_trace() ? context : trace::next_context(context),
                 .time = clock_.now()};
  }

 private:
  std::string source_;
  IdGenerator& ids_;
  const Clock& clock_;
};

}  // namespace ticketing::bus
