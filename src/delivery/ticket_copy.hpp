// The copy of a ticket in delivery, made from events. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/described.hpp"

namespace ticketing::delivery {

enum class TicketStatus { available, reserved, sold, withdrawn, lapsed };
BOOST_DESCRIBE_ENUM(TicketStatus, available, reserved, sold, withdrawn, lapsed)

struct TicketCopy {
  std::string id;
  std::int64_t version = 0;
  std::string user_id;  // the seller
  std::optional<std::string> show_id{};
  TicketStatus status = TicketStatus::available;
  std::optional<std::string> order_id{};
};
BOOST_DESCRIBE_STRUCT(TicketCopy, (), (id, version, user_id, show_id, status, order_id))

// Nothing of it is delivered any more, and it does not come back.
inline bool is_over(const TicketCopy& ticket) {
  return ticket.status == TicketStatus::withdrawn || ticket.status == TicketStatus::lapsed;
}

}  // namespace ticketing::delivery
