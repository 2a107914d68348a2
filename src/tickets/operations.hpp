// What can be done with tickets. Each operation reads, applies a rule of ticket.hpp and writes by
// compare-and-set together with its event.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/page.hpp"
#include "common/bus/event_bus.hpp"
#include "common/db/idempotency_keys.hpp"
#include "common/runtime/erasure.hpp"
#include "common/runtime/owned_data.hpp"
#include "tickets/lists/lists.hpp"
#include "tickets/new_tickets.hpp"
#include "tickets/sale_ends.hpp"
#include "tickets/show_copy.hpp"
#include "tickets/ticket.hpp"

namespace ticketing::tickets {
namespace store {
struct TicketAndOrders;
struct TicketAndShow;
}  // namespace store

struct UpdateTicket {
  std::string id;
  TicketDetails details;
  std::optional<std::int64_t> seen_version;
  std::string user_id;
};

// A ticket that the buyer of an order makes of what they bought.
struct Resale {
  std::string id;
  std::string order_id;
  std::string user_id;
  bool has_file = false;  // delivery has a file or code for its buyer
};

class Operations {
 public:
  Operations(runtime::Platform& platform, runtime::OwnedData& data,
             const db::IdempotencyKeys& idempotency_keys);

  // See NewTickets::list(): of one ticket, nothing where the list would be empty.
  Task<Result<std::optional<Ticket>>> create_ticket(CreateTicket request);
  Task<Result<std::vector<Ticket>>> create_lot(CreateTicket request);
  // Refuses with `ticket_not_found`, as edit() does, and with `price_above_cap` and
  // `face_value_missing`.
  Task<Result<Ticket>> update_ticket(UpdateTicket request);
  // Asks orders and waits a moment for the decision: a ticket whose status is not `withdrawn` then
  // is still undecided. Refuses with `ticket_not_found` and as request_withdrawal() does.
  Task<Result<Ticket>> withdraw_ticket(std::string id, std::string user_id);
  // Refuses with `ticket_not_found`.
  Task<Result<Ticket>> show_ticket(std::string id);
  // See lists::Lists::read().
  Task<Page<Ticket>> list_tickets(TicketFilter filter, PageQuery query);
  // What `seller_id` has sold, the newest sale first.
  Task<Page<Sale>> list_sales(std::string seller_id, PageQuery query);

  // An order of a ticket came to `order_version`. `retry_later` while its predecessor has not come.
  // Throws bus::PermanentFailure when there is no such ticket.
  Task<bus::Verdict> follow_order(OrderState order, std::int64_t order_version,
                                  std::string ticket_id);

  // Delivery has a file or code for the ticket's buyer. Throws bus::PermanentFailure when there is
  // no such ticket.
  Task<bus::Verdict> note_file(std::string ticket_id);

  // A buyer lists a ticket again: it is made, unless it is there. `retry_later` while the order is
  // not known.
  Task<bus::Verdict> begin_resale(Resale resale, Timestamp now);

  // A show came to this version.
  Task<bus::Verdict> follow_show(ShowCopy show, std::string name);

  // A show begins at `starts_at`, by the clock of who says so: what is listed for it, and for those
  // that it stands for, lapses. Nothing happens when its copy knows another time.
  Task<bus::Verdict> end_sale(std::string show_id, Timestamp starts_at);
  // The same for what no event has ended. Returns the number of tickets that lapsed.
  Task<std::int64_t> sweep();
  // Tickets that an older release listed, or changed, are found by their titles from now on.
  // Returns their number.
  Task<std::int64_t> index_old_tickets();

  // Orders decided on a withdrawal. Done also when the ticket has gone another way meanwhile.
  // Throws bus::PermanentFailure when there is no such ticket.
  Task<bus::Verdict> decide_withdrawal(std::string ticket_id, std::int64_t asked_version,
                                       bool granted);

  // Of deleted accounts: withdraws what they offer.
  runtime::Erasure& erasure() { return erasure_; }

 private:
  Task<bool> erase(std::string user_id);
  // Refuses as withdraw_ticket() does.
  Task<Result<Ticket>> ask_to_withdraw(const std::string& id, const std::string& user_id);
  Task<std::optional<store::TicketAndShow>> find_with_show(const std::string& ticket_id);
  Task<Result<Ticket>> await_decision(std::string ticket_id);
  // Throws bus::PermanentFailure when there is no such ticket.
  Task<store::TicketAndOrders> find_with_orders(const std::string& ticket_id,
                                                const std::string& order_id);

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  NewTickets new_tickets_;
  SaleEnds sale_ends_;
  lists::Lists lists_;
  runtime::Erasure erasure_;
};

}  // namespace ticketing::tickets
