// The orders database: every statement this service runs, by name.
#pragma once

#include <optional>
#include <string>

#include "common/db/database.hpp"
#include "orders/order.hpp"

namespace ticketing::orders::store {

// Reserves: inserts the order if the ticket's copy is still at the version it was read at and no
// live order has the ticket; otherwise affects no row.
db::Statement insert_order(const Order& order, const std::string& event_id);
// Changes the row only while it is at version `order.version` - 1.
db::Statement update_order(const Order& order, const std::string& event_id);
db::Statement order_by_id(const std::string& id);
// Newest first, older than `cursor` when there is one.
db::Statement orders_of(const std::string& user_id, const std::optional<std::string>& cursor,
                        std::int64_t limit);
// Unpaid and due before `time`, the longest overdue first.
db::Statement overdue_orders(Timestamp time, std::int64_t limit);
Order decode_order(const db::Row& row);

// A ticket's copy, and how many live orders it has (0 or 1).
db::Statement ticket_for_order(const std::string& ticket_id);
struct TicketForOrder {
  TicketCopy ticket;
  bool reserved;
};
TicketForOrder decode_ticket_for_order(const db::Row& row);

// Follow ticket.created and ticket.updated; affect no row when the copy is not at the version
// before.
db::Statement insert_ticket_copy(const TicketCopy& ticket);
db::Statement update_ticket_copy(const TicketCopy& ticket);
// version
db::Statement ticket_copy_version(const std::string& ticket_id);

}  // namespace ticketing::orders::store
