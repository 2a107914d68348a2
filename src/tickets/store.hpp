// The tickets database: the statements on tickets, orders and copies of shows. Those of the lists
// are in lists/store.hpp, those of their terms in indexing/store.hpp.
#pragma once

#include <optional>
#include <string>

#include "common/base/page.hpp"
#include "common/db/database.hpp"
#include "common/db/idempotency_keys.hpp"
#include "common/db/kept_sql.hpp"
#include "tickets/show_copy.hpp"
#include "tickets/ticket.hpp"

namespace ticketing::tickets::store {

// Affects no row when there is one with the id.
db::Statement insert_ticket(const Ticket& ticket, const std::string& event_id);
// The same if `key` was taken for this ticket, or its lot, not for another.
db::Statement insert_ticket_of_key(const Ticket& ticket, const std::string& event_id,
                                   const db::IdempotencyKey& key);
// Changes the row only while it is at version `ticket.version` - 1.
db::Statement update_ticket(const Ticket& ticket, const std::string& event_id);
db::Statement ticket_by_id(const std::string& id);
// A ticket and the event of its last change.
struct CurrentTicket {
  Ticket ticket;
  std::string last_event_id;
};
BOOST_DESCRIBE_STRUCT(CurrentTicket, (), (ticket, last_event_id))
// The tickets after the id `after`, in the order of their ids.
db::Statement tickets_after(const std::string& after, std::int64_t limit);

// The ticket of an order, and the price at which that was made.
struct TicketOfOrder {
  Ticket ticket;
  std::optional<Money> price;
};
BOOST_DESCRIBE_STRUCT(TicketOfOrder, (), (ticket, price))
db::Statement ticket_of_order(const std::string& order_id);

// By the ids of their orders.
db::Statement sales_of(const std::string& seller_id, const PageQuery& page);
Sale decode_sale(const db::Row& row);

// Stores which version of an order was applied, if the change `event_id` of its ticket has
// happened.
db::Statement remember_order(const OrderState& order, std::int64_t order_version,
                             const std::string& ticket_id, const std::string& event_id);

// No effect on a copy of a later version. One of the same version is written once more: it may lack
// what an older release did not keep, or have the cap that was configured before.
db::Statement store_show_copy(const ShowCopy& show);
// After the former: when what is listed for the show lapses, and for those that it stands for.
db::Statement set_sale_end(const std::string& show_id);
// The ids of the show and of those that it stands for.
db::Statement shows_of(const std::string& show_id);
// The ids of shows whose listings are to lapse, the earliest first.
db::Statement shows_to_close(Timestamp now, std::int64_t limit);
// What is listed for the show itself, those after the id `after`, in the order of ids.
db::Statement available_of_show(const std::string& show_id, const std::string& after,
                                std::int64_t limit);
// The listings of the show have lapsed, if they were to do so before `time`.
db::Statement close_show(const std::string& show_id, Timestamp time);
// The copy of the show that stands for `id`, or of that one itself.
db::Statement show_for_ticket(const std::string& id);  // ShowCopy

// A ticket as an event about one of its orders finds it.
struct TicketAndOrders {
  Ticket ticket;
  std::optional<std::int64_t> order_version;  // of the order concerned, when it is known
  std::optional<OrderState> newest_other;     // the newest other live order
  std::optional<ShowCopy> show;               // see TicketAndShow
  bool seller_is_erased = false;              // the account is deleted
};
BOOST_DESCRIBE_STRUCT(TicketAndOrders, (),
                      (ticket, order_version, newest_other, show, seller_is_erased))
db::Statement ticket_and_orders(const std::string& ticket_id, const std::string& order_id);

// A ticket and the copy of its show, or of the one that stands for it.
struct TicketAndShow {
  Ticket ticket;
  std::optional<ShowCopy> show;
};
BOOST_DESCRIBE_STRUCT(TicketAndShow, (), (ticket, show))
db::Statement ticket_and_show(const std::string& ticket_id);

// What a seller offers and has not asked to withdraw.
db::Statement available_of_seller(const std::string& seller_id, const std::string& after,
                                  std::int64_t limit);
// A row if an order may still come of what the seller offers, or end without a sale.
db::Statement unsold_of_seller(const std::string& seller_id);

// What users take along of their rows, by page.
db::Statement kept_tickets(const db::KeptQuery& query);  // Ticket

}  // namespace ticketing::tickets::store
