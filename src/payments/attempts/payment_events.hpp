// What the events of a payment tell.
#pragma once

#include "contracts/payments_events.hpp"
#include "payments/attempts/payment.hpp"

namespace ticketing::payments::attempts {

inline contracts::PaymentFacts facts(const Payment& payment) {
  return {.id = payment.id,
          .order_id = payment.order_id,
          .stripe_id = payment.stripe_id.value_or(""),
          .reason = payment.failure};
}

}  // namespace ticketing::payments::attempts
