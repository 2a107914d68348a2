// The events of the expiration service. Those who own what has expired decide on the consequences:
// orders and tickets.
#pragma once

#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "contracts/codec.hpp"

namespace ticketing::contracts {

// The time of an order is over.
struct ExpirationComplete {
  static constexpr std::string_view subject = "expiration.complete";
  std::string order_id;
};
BOOST_DESCRIBE_STRUCT(ExpirationComplete, (), (order_id))

// A show begins, as far as it was not moved meanwhile.
struct ShowBegun {
  static constexpr std::string_view subject = "expiration.show_begun";
  std::string show_id;
  Timestamp starts_at;
};
BOOST_DESCRIBE_STRUCT(ShowBegun, (), (show_id, starts_at))

}  // namespace ticketing::contracts
