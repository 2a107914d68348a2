#include "delivery/assignments/assignment.hpp"

#include <algorithm>

#include "contracts/codes.hpp"

namespace ticketing::delivery::assignments {
namespace {

bool is_erased(const OrderedTicket& ordered) {
  return ordered.upload && delivery::is_erased(*ordered.upload);
}

bool can_be_revealed(const OrderedTicket& ordered) {
  return ordered.assignment.state == AssignmentState::assigned && ordered.upload &&
         !is_erased(ordered) && ordered.shown_to_others == 0;
}

// Its money went back or goes back.
bool is_paid_back(const Assignment& assignment) {
  return assignment.state == AssignmentState::released ||
         assignment.state == AssignmentState::overdue;
}

// A refund finds the ticket neither shown nor listed again.
bool is_held(const Assignment& assignment) {
  return assignment.state == AssignmentState::assigned ||
         assignment.state == AssignmentState::overdue;
}

// Neither a ticket nor all of the price.
bool is_owed(const OrderedTicket& ordered) {
  const Assignment& assignment = ordered.assignment;
  const bool can_be_missed = assignment.state == AssignmentState::assigned ||
                             assignment.state == AssignmentState::released;
  return can_be_missed && assignment.due_at && !assignment.overdue_at && !ordered.upload;
}

bool is_due(const OrderedTicket& ordered) {
  return ordered.assignment.state == AssignmentState::assigned && is_owed(ordered);
}

// Of a refunded order its buyer has no ticket that could be erased.
std::optional<Timestamp> erasure_of(const OrderedTicket& ordered) {
  return ordered.upload && !is_paid_back(ordered.assignment) ? ordered.upload->erased_at
                                                             : std::nullopt;
}

std::unexpected<Error> not_your_order(std::string detail) {
  return refuse(ErrorKind::unauthenticated, slugs::not_your_order, std::move(detail));
}

std::unexpected<Error> order_refunded() {
  return refuse(ErrorKind::invalid, slugs::order_refunded,
                "Money of the order goes back, so its ticket is not shown any more.");
}

std::unexpected<Error> nothing_to_reveal() {
  return refuse(ErrorKind::invalid, slugs::nothing_to_reveal,
                "The ticket has no file and no code.");
}

std::unexpected<Error> ticket_erased() {
  return refuse(ErrorKind::invalid, slugs::ticket_erased,
                "The ticket is not kept any more: its file and code are erased.");
}

}  // namespace

TicketStateAnswer state_of(const OrderedTicket& ordered) {
  if (ordered.assignment.state == AssignmentState::revealed) {
    return {.state = TicketState::revealed,
            .revealed_at = ordered.assignment.revealed_at,
            .erased_at = erasure_of(ordered)};
  }
  if (is_due(ordered)) return {.state = TicketState::due, .due_at = ordered.assignment.due_at};
  return {.state = can_be_revealed(ordered) ? TicketState::ready : TicketState::none,
          .resale_ticket_id = ordered.assignment.resale_id,
          .erased_at = erasure_of(ordered)};
}

Result<void> check_state(const OrderedTicket& ordered, const std::string& user_id) {
  const bool is_seller = ordered.ticket && ordered.ticket->user_id == user_id;
  if (is_seller || ordered.assignment.user_id == user_id) return {};
  return not_your_order("Only its buyer and its seller may see what became of a ticket.");
}

Result<void> check_reveal(const OrderedTicket& ordered, const std::string& user_id) {
  if (ordered.assignment.user_id != user_id)
    return not_your_order("Only its buyer is shown the ticket of an order.");
  if (is_paid_back(ordered.assignment)) return order_refunded();
  if (ordered.assignment.state == AssignmentState::reselling) {
    return refuse(ErrorKind::invalid, slugs::ticket_resold,
                  "You have listed this ticket again. Withdraw that listing to have it back.");
  }
  if (is_erased(ordered)) return ticket_erased();
  if (ordered.assignment.state == AssignmentState::revealed) return {};
  if (!can_be_revealed(ordered)) return nothing_to_reveal();
  return {};
}

Result<void> check_file(const OrderedTicket& ordered, const std::string& user_id) {
  if (auto allowed = check_reveal(ordered, user_id); !allowed) return allowed;
  if (ordered.assignment.state != AssignmentState::revealed) {
    return refuse(ErrorKind::invalid, slugs::ticket_not_revealed,
                  "The file is there once the ticket was shown.");
  }
  return {};
}

Result<void> check_resale(const OrderedTicket& ordered, const std::string& user_id) {
  const Assignment& assignment = ordered.assignment;
  if (assignment.user_id != user_id)
    return not_your_order("Only its buyer may list the ticket of an order again.");
  if (assignment.state == AssignmentState::revealed) {
    return refuse(ErrorKind::invalid, slugs::ticket_revealed,
                  "You have been shown this ticket, so it cannot be listed again.");
  }
  if (is_paid_back(assignment)) return order_refunded();
  if (is_due(ordered)) return nothing_to_reveal();
  if (is_erased(ordered)) return ticket_erased();
  return {};
}

Timestamp deadline_of(Timestamp sold_at, Timestamp known_at, const std::optional<ShowCopy>& show) {
  Timestamp deadline = sold_at + std::chrono::hours{24};
  const bool has_date = show && show->status != contracts::ShowPlan::postponed;
  if (has_date && show->starts_at)
    deadline = std::min(deadline, *show->starts_at - std::chrono::hours{36});
  return std::max(deadline, known_at + std::chrono::hours{1});
}

bool is_overdue(const OrderedTicket& ordered, Timestamp now) {
  return is_owed(ordered) && *ordered.assignment.due_at <= now;
}

Assignment miss(const Assignment& assignment, Timestamp now) {
  Assignment after = assignment;
  ++after.version;
  after.state = AssignmentState::overdue;
  after.overdue_at = now;
  return after;
}

Assignment resell(const Assignment& assignment, const std::string& resale_id) {
  Assignment after = assignment;
  ++after.version;
  after.state = AssignmentState::reselling;
  after.resale_id = resale_id;
  return after;
}

Assignment reveal(const Assignment& assignment, const std::string& upload_id, Timestamp now) {
  Assignment after = assignment;
  ++after.version;
  after.state = AssignmentState::revealed;
  after.upload_id = upload_id;
  after.revealed_at = now;
  return after;
}

Assignment release(const Assignment& assignment, const std::string& refund_id, Timestamp now) {
  Assignment after = assignment;
  ++after.version;
  after.refund_id = refund_id;
  if (is_held(assignment)) {
    after.state = AssignmentState::released;
    after.released_at = now;
  }
  return after;
}

std::optional<Assignment> note_refund(const Assignment& assignment, const RefundMade& refund,
                                      Timestamp now) {
  const bool may_be_due = assignment.due_at || assignment.awaits_sale;
  const bool is_end =
      (refund.ends_sale && !assignment.is_given_up) || (refund.is_full && may_be_due);
  const bool is_news =
      is_held(assignment) || (is_end && assignment.state == AssignmentState::released);
  if (!is_news) return std::nullopt;
  Assignment after = release(assignment, refund.id, now);
  after.is_given_up = after.is_given_up || refund.ends_sale;
  if (refund.is_full) {
    after.due_at.reset();
    after.awaits_sale = false;
  }
  return after;
}

}  // namespace ticketing::delivery::assignments
