// The orders database: every statement this service runs, by name.
#pragma once

#include <optional>
#include <string>

#include "common/base/page.hpp"
#include "common/db/database.hpp"
#include "common/db/kept_sql.hpp"
#include "orders/buyer.hpp"
#include "orders/order.hpp"
#include "orders/show_copy.hpp"

namespace ticketing::orders::store {

// Reserves: inserts the order if the copies of the ticket and its show are still as they were read,
// and no live order has the ticket or one of the slots; otherwise affects no row.
struct SeenCopies {
  std::int64_t ticket_version = 0;
  std::optional<SeenShow> show;  // nothing: the ticket is for no show
};
db::Statement insert_order(const Order& order, const SeenCopies& seen, const std::string& event_id);
// Changes the row only while it is at version `order.version` - 1. It is not unpaid any more, so it
// frees its slots of unpaid orders, with a cancellation also that of its show, and forgets its
// address.
db::Statement update_order(const Order& order, const std::string& event_id);
db::Statement order_by_id(const std::string& id);
db::Statement orders_of(const std::string& user_id, const PageQuery& page);
// Unpaid and due before `time`, the longest overdue first.
db::Statement overdue_orders(Timestamp time, std::int64_t limit);

// The buyer's unpaid ones.
db::Statement unpaid_orders_of(const std::string& user_id, std::int64_t limit);

// A ticket's copy, what keeps it from being ordered, and how often its buyer let it expire since
// `expired_since`.
db::Statement ticket_for_order(const std::string& ticket_id, const std::string& user_id,
                               Timestamp expired_since);
enum class Obstacle { none, live_order, withdrawal };
struct TicketForOrder {
  TicketCopy ticket;
  std::optional<ShowCopy> show{};  // the one that stands for the ticket's
  Obstacle obstacle = Obstacle::none;
  std::optional<Timestamp> last_expiry = {};           // see check_pause()
  std::optional<UsedSlots> used_slots = std::nullopt;  // where they were read, too
};
// Without the used slots.
TicketForOrder decode_ticket_for_order(const db::Row& row);
// A row of UsedSlots. `show_id`: "" of a ticket that is for none.
db::Statement used_slots(const std::string& user_id, const std::string& address,
                         const std::string& show_id);

// Follow ticket.created and ticket.updated; affect no row when the copy is not at the version
// before.
db::Statement insert_ticket_copy(const TicketCopy& ticket);
db::Statement update_ticket_copy(const TicketCopy& ticket);
// Follows show.created and show.updated, which carry all of the show. No effect on a copy of a
// later version; one of the same version is written once more, as it may have the cap that was
// configured before.
db::Statement store_show_copy(const ShowCopy& show);
// Decide on a withdrawal, in this order in one transaction (docs/decisions/0009): the copy follows
// and notes the event `granted_id`, the withdrawal takes the ticket unless an order has it, and
// where it has not, the copy notes `refused_id` instead.
db::Statement follow_withdrawal(const TicketCopy& ticket, const std::string& granted_id);
db::Statement insert_withdrawal(const std::string& id, const std::string& ticket_id,
                                const std::string& granted_id, Timestamp now);
db::Statement refuse_withdrawal(const std::string& ticket_id, const std::string& granted_id,
                                const std::string& refused_id);

// The two for a republished ticket: affect no row when the copy is at its version or a later one.
// The second takes the place of follow_withdrawal: the copy notes `granted_id` unless it has been
// at `asked_version`, at which the seller asked, and so been decided on.
db::Statement replace_ticket_copy(const TicketCopy& ticket);
db::Statement replace_and_decide(const TicketCopy& ticket, const std::string& granted_id,
                                 std::int64_t asked_version);

// An order and the event of its last change.
struct CurrentOrder {
  Order order;
  std::string last_event_id;
};
BOOST_DESCRIBE_STRUCT(CurrentOrder, (), (order, last_event_id))
// The orders after the id `after`, in the order of their ids.
db::Statement orders_after(const std::string& after, std::int64_t limit);

// What was decided last on withdrawing a ticket.
struct CurrentDecision {
  std::string id;  // the ticket's
  std::int64_t version = 0;
  bool granted = false;
  std::string last_event_id;  // empty: nothing was ever to be decided
};
BOOST_DESCRIBE_STRUCT(CurrentDecision, (), (id, version, granted, last_event_id))
// Of the tickets after the id `after`, in the order of their ids.
db::Statement decisions_after(const std::string& after, std::int64_t limit);

// version
db::Statement ticket_copy_version(const std::string& ticket_id);

// What users take along of their rows, by page.
db::Statement kept_orders(const db::KeptQuery& query);   // Order
db::Statement kept_tickets(const db::KeptQuery& query);  // TicketCopy

}  // namespace ticketing::orders::store
