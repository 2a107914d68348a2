// The events of a refund: that it asks for the ticket, and that it was carried out.
#pragma once

#include "contracts/payments_events.hpp"
#include "payments/refunds/refund.hpp"

namespace ticketing::payments::refunds {

inline contracts::RefundRequested requested_event(const Refund& refund, const OrderCopy& order) {
  return contracts::RefundRequested{.order_id = refund.order_id,
                                    .refund_id = refund.id,
                                    .ticket_id = order.ticket_id,
                                    .user_id = order.user_id};
}

// `refunded`: of the payment altogether, with this refund. `relist`: this refund or one carried out
// before it asked for the ticket to go back on sale. Refunds are carried out in any order, so the
// one that gives the last cent back need not be the one that asked.
inline contracts::PaymentRefunded refunded_event(const Payment& payment, const Refund& refund,
                                                 Money refunded, bool relist) {
  contracts::PaymentRefunded event;
  event.id = payment.id;
  event.order_id = payment.order_id;
  event.stripe_id = payment.stripe_id.value_or("");
  event.refund_id = refund.id;
  event.amount = refund.amount;
  event.refunded = refunded;
  event.full = refunded == payment.amount;
  event.relist = relist;
  return event;
}

}  // namespace ticketing::payments::refunds
