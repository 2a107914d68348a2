// Which order has which ticket, and whether its buyer was shown it: the rules. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/error.hpp"
#include "delivery/show_copy.hpp"
#include "delivery/ticket_copy.hpp"
#include "delivery/upload.hpp"

namespace ticketing::delivery::assignments {

enum class AssignmentState {
  assigned,   // captured: the buyer may be shown the ticket, or have the money back
  revealed,   // the buyer was shown the ticket
  released,   // money goes back: the buyer is not shown the ticket any more
  reselling,  // the buyer has listed the ticket again; assigned once more if that ends unsold
  overdue,    // the seller gave nothing in time: the money is asked back, then it is released
};
BOOST_DESCRIBE_ENUM(AssignmentState, assigned, revealed, released, reselling, overdue)

struct Assignment {
  std::string id;  // of the order
  std::int64_t version = 0;
  std::optional<std::string> ticket_id{};
  std::string user_id;  // the buyer
  AssignmentState state = AssignmentState::assigned;
  std::optional<std::string> upload_id{};  // what the buyer was shown
  std::optional<std::string> refund_id{};  // the latest that asked for the ticket
  Timestamp created_at;
  std::optional<Timestamp> revealed_at{};
  std::optional<Timestamp> released_at{};
  // Released, all of the price is back, and the ticket does not go back on sale.
  bool is_given_up = false;
  std::optional<std::string> resale_id{};  // the ticket that its buyer made of it
  // Until when its seller has to give file or code. Then, also of what was released meanwhile, what
  // is left of the price goes back. Nothing: it was given, all of the price is back, or none is
  // due.
  std::optional<Timestamp> due_at{};
  std::optional<Timestamp> overdue_at{};
  // A refund made it before the news of the sale came, and not all of the price is back: the sale
  // still says whether it is due.
  bool awaits_sale = false;
};
BOOST_DESCRIBE_STRUCT(Assignment, (),
                      (id, version, ticket_id, user_id, state, upload_id, refund_id, created_at,
                       revealed_at, released_at, is_given_up, resale_id, due_at, overdue_at,
                       awaits_sale))

// What delivery has of an order.
struct OrderedTicket {
  Assignment assignment;
  std::optional<TicketCopy> ticket;
  std::optional<Upload> upload;      // what the buyer was shown, or what the ticket has now
  std::int64_t shown_to_others = 0;  // orders whose buyers were shown this upload
};
BOOST_DESCRIBE_STRUCT(OrderedTicket, (), (assignment, ticket, upload, shown_to_others))

enum class TicketState {
  none,   // there is nothing to show: no file or code, it is erased, or the buyer gave it up
  due,    // the seller has some time left to give file or code
  ready,  // the buyer can be shown the ticket
  revealed,
};
BOOST_DESCRIBE_ENUM(TicketState, none, due, ready, revealed)

// The answer to what became of an order's ticket.
struct TicketStateAnswer {
  TicketState state = TicketState::none;
  std::optional<Timestamp> due_at{};
  std::optional<Timestamp> revealed_at{};
  std::optional<std::string> resale_ticket_id{};  // the ticket as which its buyer has listed it
  std::optional<Timestamp> erased_at{};           // since when it cannot be shown any more
};
BOOST_DESCRIBE_STRUCT(TicketStateAnswer, (),
                      (state, due_at, revealed_at, resale_ticket_id, erased_at))

TicketStateAnswer state_of(const OrderedTicket& ordered);

// The buyer and the seller may see the state. Refuses others with `not_your_order`.
Result<void> check_state(const OrderedTicket& ordered, const std::string& user_id);
// Whether `user_id` is shown the ticket, now or again. Refuses with `not_your_order` others than
// the buyer, `order_refunded`, `ticket_resold`, `ticket_erased`, `nothing_to_reveal`.
Result<void> check_reveal(const OrderedTicket& ordered, const std::string& user_id);
// Whether `user_id` gets the file. Refuses as check_reveal() does, and with `ticket_not_revealed`.
Result<void> check_file(const OrderedTicket& ordered, const std::string& user_id);

// Whether `user_id` may list the ticket again. Refuses with `not_your_order` others than the buyer,
// `ticket_revealed`, `order_refunded`, `ticket_erased`, and `nothing_to_reveal` while it is due.
Result<void> check_resale(const OrderedTicket& ordered, const std::string& user_id);

// Until when the seller of what was sold has to give file or code: a day later or 36 hours before
// the show, whichever is first, but an hour after delivery has learnt of the sale at least.
Timestamp deadline_of(Timestamp sold_at, Timestamp known_at, const std::optional<ShowCopy>& show);
// Nothing was given in time, and not all of the price is back.
bool is_overdue(const OrderedTicket& ordered, Timestamp now);

// One version on: nothing was given in time.
Assignment miss(const Assignment& assignment, Timestamp now);
// One version on: the buyer lists the ticket again, as the ticket `resale_id`.
Assignment resell(const Assignment& assignment, const std::string& resale_id);
// One version on. `upload_id` is what the buyer is shown.
Assignment reveal(const Assignment& assignment, const std::string& upload_id, Timestamp now);
// One version on, for a refund: released, unless the buyer was shown the ticket. What is due stays
// so: the refund may be of a part, or be refused.
Assignment release(const Assignment& assignment, const std::string& refund_id, Timestamp now);
// A refund that was carried out.
struct RefundMade {
  std::string id;
  bool is_full = false;    // all of the price is back
  bool ends_sale = false;  // and the ticket does not go back on sale
};
// One version on: released, unless the buyer was shown the ticket, and given up when the refund
// ends the sale. Nothing is due any more when it is full. Nothing when that is known.
std::optional<Assignment> note_refund(const Assignment& assignment, const RefundMade& refund,
                                      Timestamp now);

}  // namespace ticketing::delivery::assignments
