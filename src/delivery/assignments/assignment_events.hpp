// What the events of an assignment tell.
#pragma once

#include "contracts/delivery_events.hpp"
#include "delivery/assignments/assignment.hpp"

namespace ticketing::delivery::assignments {

inline contracts::DeliveryRevealed revealed_event(const Assignment& assignment) {
  return contracts::DeliveryRevealed{.order_id = assignment.id,
                                     .ticket_id = assignment.ticket_id.value_or(""),
                                     .revealed_at = assignment.revealed_at.value_or(Timestamp{}),
                                     .refund_id = assignment.refund_id};
}

inline contracts::DeliveryReleased released_event(const Assignment& assignment) {
  return contracts::DeliveryReleased{.order_id = assignment.id,
                                     .refund_id = assignment.refund_id.value_or("")};
}

inline contracts::ResaleBegun resale_event(const Assignment& assignment, bool has_file = false) {
  return contracts::ResaleBegun{.order_id = assignment.id,
                                .ticket_id = assignment.ticket_id.value_or(""),
                                .resale_id = assignment.resale_id.value_or(""),
                                .user_id = assignment.user_id,
                                .refund_id = assignment.refund_id,
                                .has_file = has_file};
}

// `seller_id` is the user who sold the ticket.
inline contracts::DeliveryDue due_event(const Assignment& assignment,
                                        const std::string& seller_id) {
  return contracts::DeliveryDue{.order_id = assignment.id,
                                .ticket_id = assignment.ticket_id.value_or(""),
                                .user_id = assignment.user_id,
                                .seller_id = seller_id,
                                .due_at = assignment.due_at.value_or(Timestamp{})};
}

inline contracts::DeliveryOverdue overdue_event(const Assignment& assignment,
                                                const std::string& seller_id) {
  return contracts::DeliveryOverdue{.order_id = assignment.id,
                                    .ticket_id = assignment.ticket_id.value_or(""),
                                    .user_id = assignment.user_id,
                                    .seller_id = seller_id,
                                    .overdue_at = assignment.overdue_at.value_or(Timestamp{})};
}

}  // namespace ticketing::delivery::assignments
