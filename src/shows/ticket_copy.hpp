// The copy of a ticket in shows, made from events. No I/O.
#pragma once

#include <string>

#include "common/base/described.hpp"
#include "common/base/money.hpp"

namespace ticketing::shows {

enum class TicketStatus { available, reserved, sold, withdrawn, lapsed };
BOOST_DESCRIBE_ENUM(TicketStatus, available, reserved, sold, withdrawn, lapsed)

struct TicketCopy {
  std::string id;
  std::int64_t version = 0;
  std::string show_id;
  Money price;
  TicketStatus status = TicketStatus::available;
};
BOOST_DESCRIBE_STRUCT(TicketCopy, (), (id, version, show_id, price, status))

}  // namespace ticketing::shows
