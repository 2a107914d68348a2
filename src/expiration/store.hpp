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
db::Statement announce_expiration(const std::string& order_id, const std::string& event_id);

// version, status
db::Statement expiration_state(const std::string& order_id);
struct State {
  std::int64_t order_version;
  bool waiting;
};
State decode_state(const db::Row& row);

// An expiration and the event that announced it.
struct CurrentExpiration {
  std::string id;
  std::string status;
  std::string last_event_id;
};
BOOST_DESCRIBE_STRUCT(CurrentExpiration, (), (id, status, last_event_id))
// All after the id `after`, in the order of ids.
db::Statement expirations_after(const std::string& after, std::int64_t limit);

// Everything that waits, a page at a time in the order of ids.
db::Statement waiting_after(const std::string& order_id, std::int64_t limit);

}  // namespace ticketing::expiration::store
