#include "common/bus/dead_letter_json.hpp"

namespace ticketing::bus {

json::Writer& write_fields(json::Writer& writer, const DeadLetter& letter) {
  return writer.field("consumer", letter.consumer)
      .field("subject", letter.event.subject)
      .field("event", letter.event.id)
      .field("source", letter.event.source)
      .field("time", letter.event.time)
      .field("failedAt", letter.failed_at)
      .field("reason", letter.reason);
}

}  // namespace ticketing::bus
