// The event of the expiration service. Listened to by orders, which decides on the consequences.
#pragma once

#include <string>
#include <string_view>

#include "common/base/described.hpp"
#include "contracts/codec.hpp"

namespace ticketing::contracts {

// The time of an order is over.
struct ExpirationComplete {
  static constexpr std::string_view subject = "expiration.complete";
  std::string order_id;
};
BOOST_DESCRIBE_STRUCT(ExpirationComplete, (), (order_id))

}  // namespace ticketing::contracts
