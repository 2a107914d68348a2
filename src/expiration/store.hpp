// The expiration database: every statement this service runs, by name.
#pragma once

#include <optional>
#include <string>

#include "common/db/database.hpp"
#include "expiration/expiration.hpp"

namespace ticketing::expiration::store {

// Stores a created order; no effect when it is known.
db::Statement insert_expiration(const Expiration& expiration);
// The order ended, which took it to `order_version`; affects no row unless the version before it is
// known here.
db::Statement drop_expiration(const std::string& order_id, std::int64_t order_version);
// Of an order.
db::Statement announce_expiration(const std::string& order_id, const std::string& event_id);

// Stores the beginning of a show; no effect when this version or a later one of it is known. One
// that was announced stays so while its time is the same.
db::Statement store_beginning(const Beginning& beginning);
// Only while the show is to begin at `starts_at`.
db::Statement announce_beginning(const std::string& show_id, Timestamp starts_at,
                                 const std::string& event_id);
// Of a show that is known.
db::Statement beginning_of(const std::string& show_id);
Beginning decode_beginning(const db::Row& row);

// version, status
db::Statement expiration_state(const std::string& order_id);
struct State {
  std::int64_t order_version;
  bool waiting;
};
State decode_state(const db::Row& row);

// An expiration and the event that announced it.
struct CurrentExpiration {
  Expiration expiration;
  std::string status;
  std::string last_event_id;
};
BOOST_DESCRIBE_STRUCT(CurrentExpiration, (), (expiration, status, last_event_id))
// All after the id `after`, in the order of ids.
db::Statement expirations_after(const std::string& after, std::int64_t limit);

// Everything that waits, a page at a time in the order of ids.
db::Statement waiting_after(const std::string& id, std::int64_t limit);

}  // namespace ticketing::expiration::store
