// How far a listener has come in the store of the bus, kept in the listener's own database, and
// whether the store dropped events that it had not got: a store that is full, too old or purged
// does not tell. No I/O besides the statements.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/bus/event_bus.hpp"
#include "common/db/database.hpp"
#include "common/db/migrations.hpp"

namespace ticketing::bus {

struct ReceivedEvents {
  std::string subject;
  Timestamp store_created{};
  std::int64_t sequence = 0;  // the listener has settled every message up to here
  Timestamp time{};           // what was stored before this is among them
  std::int64_t mark = 0;      // the store's last message at `mark_time`: when the listener has
  Timestamp mark_time{};      // come to it, `time` is that time
  bool operator==(const ReceivedEvents&) const = default;
};
BOOST_DESCRIBE_STRUCT(ReceivedEvents, (), (subject, store_created, sequence, time, mark, mark_time))

struct LostEvents {
  Timestamp since;   // stored after this; 0: ever
  Timestamp before;  // and before this
};

struct ReceivedNow {
  ReceivedEvents received;
  std::optional<LostEvents> lost;
};
// `known`: what was stored of it; nothing for the first time.
ReceivedNow follow(const std::optional<ReceivedEvents>& known, const ConsumerPosition& position);

db::Statement all_received_events();
db::Statement store_received_events(const ReceivedEvents& received);

db::Migration received_events_migration();

}  // namespace ticketing::bus
