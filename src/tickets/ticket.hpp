// A ticket and its rules: who may change it, and what orders do to it. No I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/error.hpp"
#include "common/base/money.hpp"

namespace ticketing::tickets {

enum class TicketStatus { available, reserved, sold };
std::string_view to_string(TicketStatus status);
std::optional<TicketStatus> parse_ticket_status(std::string_view text);

struct Ticket {
  std::string id;
  std::int64_t version = 0;
  std::string title;
  Money price;
  std::string user_id;  // the seller
  TicketStatus status = TicketStatus::available;
  std::optional<std::string> order_id;
  Timestamp created_at;
};

// What a seller says of a ticket.
struct TicketDetails {
  std::string title;
  Money price;
};

// What is wrong with a title, as the end of a sentence ("must not be empty"), or nothing.
std::optional<std::string> title_fault(std::string_view title);

// The ticket with new details, one version on. Refuses with `not_your_ticket` unless `user_id`
// sells it, with `ticket_reserved` or `ticket_sold` when an order holds it, and with
// `ticket_changed` when it is not at `seen_version`, the one that the seller saw (if given).
Result<Ticket> edit(const Ticket& ticket, const TicketDetails& details, const std::string& user_id,
                    std::optional<std::int64_t> seen_version = std::nullopt);

enum class OrderStatus { created, complete, cancelled };
std::string_view to_string(OrderStatus status);
std::optional<OrderStatus> parse_order_status(std::string_view text);

// An order as far as a ticket is concerned.
struct OrderState {
  std::string id;
  OrderStatus status = OrderStatus::created;
};

// The ticket after `changed` came to its present state, one version on. `newest_other` is the
// newest live order of the ticket besides `changed`. The newest live order holds the ticket; since
// that depends on the set of orders alone, events of several orders may come in any order.
Ticket follow_order(const Ticket& ticket, const OrderState& changed,
                    const std::optional<OrderState>& newest_other);

}  // namespace ticketing::tickets
