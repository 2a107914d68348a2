// What can be done with tickets. Each operation reads, applies a rule of ticket.hpp and writes by
// compare-and-set together with its event.
#pragma once

#include <optional>
#include <string>

#include "common/base/page.hpp"
#include "common/bus/event_bus.hpp"
#include "common/db/idempotency_keys.hpp"
#include "common/runtime/change.hpp"
#include "common/runtime/fresh_copy.hpp"
#include "common/runtime/owned_data.hpp"
#include "tickets/show_copy.hpp"
#include "tickets/ticket.hpp"

namespace ticketing::tickets {
namespace store {
struct TicketAndOrders;
}

struct CreateTicket {
  TicketDetails details;
  std::optional<std::string> show_id = std::nullopt;
  std::string user_id;
  std::optional<db::IdempotencyKey> idempotency_key;
};

struct UpdateTicket {
  std::string id;
  TicketDetails details;
  std::optional<std::int64_t> seen_version;
  std::string user_id;
};

class Operations {
 public:
  Operations(runtime::Platform& platform, runtime::OwnedData& data,
             const db::IdempotencyKeys& idempotency_keys);

  // Nothing when the key was taken meanwhile by another request. Refuses with `show_not_found` (a
  // new show is waited for) and `show_over`.
  Task<Result<std::optional<Ticket>>> create_ticket(CreateTicket request);
  // Refuses with `ticket_not_found` and as edit() does.
  Task<Result<Ticket>> update_ticket(UpdateTicket request);
  // Asks orders and waits a moment for the decision: a ticket whose status is not `withdrawn` then
  // is still undecided. Refuses with `ticket_not_found` and as request_withdrawal() does.
  Task<Result<Ticket>> withdraw_ticket(std::string id, std::string user_id);
  // Refuses with `ticket_not_found`.
  Task<Result<Ticket>> show_ticket(std::string id);
  // Newest first, unless the filter says otherwise.
  Task<Page<Ticket>> list_tickets(TicketFilter filter, PageQuery query);
  // What `seller_id` has sold, the newest sale first.
  Task<Page<Sale>> list_sales(std::string seller_id, PageQuery query);

  // An order of a ticket came to `order_version`. `retry_later` while its predecessor has not come.
  // Throws bus::PermanentFailure when there is no such ticket.
  Task<bus::Verdict> follow_order(OrderState order, std::int64_t order_version,
                                  std::string ticket_id);

  // A show came to this version.
  Task<bus::Verdict> follow_show(ShowCopy show);

  // Orders decided on a withdrawal. Done also when the ticket has gone another way meanwhile.
  // Throws bus::PermanentFailure when there is no such ticket.
  Task<bus::Verdict> decide_withdrawal(std::string ticket_id, std::int64_t asked_version,
                                       bool granted);

 private:
  Task<Result<void>> check_show(std::string show_id, std::string user_id);
  Task<Result<Ticket>> await_decision(std::string ticket_id);
  // Throws bus::PermanentFailure when there is no such ticket.
  Task<store::TicketAndOrders> find_with_orders(const std::string& ticket_id,
                                                const std::string& order_id);
  runtime::Change change_to(const Ticket& after) const;

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  const db::IdempotencyKeys& idempotency_keys_;
  runtime::FreshCopies fresh_;
};

}  // namespace ticketing::tickets
