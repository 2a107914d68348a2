// The events of the delivery service. Listened to by tickets, which says of each ticket whether its
// buyer gets a file.
#pragma once

#include <string>
#include <string_view>

#include "common/base/described.hpp"
#include "contracts/codec.hpp"

namespace ticketing::contracts {

// The ticket has what its buyer gets, a file or a code: for the first time, or another one.
struct DeliveryReady {
  static constexpr std::string_view subject = "delivery.ready";
  std::string ticket_id;
};
BOOST_DESCRIBE_STRUCT(DeliveryReady, (), (ticket_id))

}  // namespace ticketing::contracts
