// What the events of a payment tell.
#pragma once

#include <optional>
#include <string>

#include "contracts/payments_events.hpp"
#include "payments/attempts/payment.hpp"

namespace ticketing::payments::attempts {

inline contracts::PaymentFacts facts(const Payment& payment) {
  return {.id = payment.id,
          .order_id = payment.order_id,
          .stripe_id = payment.stripe_id.value_or(""),
          .reason = payment.failure};
}

// Asks delivery for the ticket of a payment that is disputed: the bank has taken the money already,
// so the answer changes nothing, but the ticket must not be shown any more.
inline contracts::RefundRequested disputed_event(const Payment& payment,
                                                 const std::optional<std::string>& ticket_id) {
  return {.order_id = payment.order_id,
          .refund_id = payment.dispute_id.value_or(""),
          .ticket_id = ticket_id,
          .user_id = payment.user_id};
}

// Once money goes back the order has no claim to its ticket: a delivery that gets the event for the
// first time must not assign the ticket to the buyer of then.
inline contracts::PaymentCaptured captured_event(const Payment& payment, const OrderCopy& order) {
  contracts::PaymentCaptured event{facts(payment)};
  if (payment.refunding.cents > 0 || payment.dispute_id) return event;
  event.ticket_id = order.ticket_id;
  event.user_id = payment.user_id;
  event.file_promised = order.file_promised;
  return event;
}

}  // namespace ticketing::payments::attempts
