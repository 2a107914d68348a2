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

// Once money goes back the order has no claim to its ticket: a delivery that gets the event for the
// first time must not assign the ticket to the buyer of then.
inline contracts::PaymentCaptured captured_event(const Payment& payment,
                                                 const std::optional<std::string>& ticket_id) {
  contracts::PaymentCaptured event{facts(payment)};
  if (payment.refunding.cents > 0) return event;
  event.ticket_id = ticket_id;
  event.user_id = payment.user_id;
  return event;
}

}  // namespace ticketing::payments::attempts
