// The tickets database: every statement this service runs, by name.
#pragma once

#include <optional>
#include <string>

#include "common/base/page.hpp"
#include "common/db/database.hpp"
#include "common/db/idempotency_keys.hpp"
#include "tickets/show_copy.hpp"
#include "tickets/ticket.hpp"

namespace ticketing::tickets::store {

db::Statement insert_ticket(const Ticket& ticket, const std::string& event_id);
// The same if `key` was taken for this ticket, not for another.
db::Statement insert_ticket_of_key(const Ticket& ticket, const std::string& event_id,
                                   const db::IdempotencyKey& key);
// Changes the row only while it is at version `ticket.version` - 1.
db::Statement update_ticket(const Ticket& ticket, const std::string& event_id);
db::Statement ticket_by_id(const std::string& id);
db::Statement list_tickets(const TicketFilter& filter, const PageQuery& page);
// A ticket and the event of its last change.
struct CurrentTicket {
  Ticket ticket;
  std::string last_event_id;
};
BOOST_DESCRIBE_STRUCT(CurrentTicket, (), (ticket, last_event_id))
// The tickets after the id `after`, in the order of their ids.
db::Statement tickets_after(const std::string& after, std::int64_t limit);

// By the ids of their orders.
db::Statement sales_of(const std::string& seller_id, const PageQuery& page);
Sale decode_sale(const db::Row& row);

// Stores which version of an order was applied, if the change `event_id` of its ticket has
// happened.
db::Statement remember_order(const OrderState& order, std::int64_t order_version,
                             const std::string& ticket_id, const std::string& event_id);

// No effect on a copy of this version or a later one.
db::Statement store_show_copy(const ShowCopy& show);
// The copy of the show that stands for `id`, or of that one itself.
db::Statement show_for_ticket(const std::string& id);  // ShowCopy

// A ticket as an event about one of its orders finds it.
struct TicketAndOrders {
  Ticket ticket;
  std::optional<std::int64_t> order_version;  // of the order concerned, when it is known
  std::optional<OrderState> newest_other;     // the newest other live order
};
BOOST_DESCRIBE_STRUCT(TicketAndOrders, (), (ticket, order_version, newest_other))
db::Statement ticket_and_orders(const std::string& ticket_id, const std::string& order_id);

}  // namespace ticketing::tickets::store
