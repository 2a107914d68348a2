#include "payments/attempts/republished.hpp"

#include "payments/attempts/payment_events.hpp"
#include "payments/attempts/store.hpp"

namespace ticketing::payments::attempts {
namespace {

template <class Contract>
bus::RepublishedEvents only(const store::CurrentPayment& current) {
  const auto& [payment, last_event_id] = current;
  const Timestamp changed_at = time_of_id(last_event_id).value_or(payment.created_at);
  // Its own id is not stored: later changes, of which no event tells, have ids as well.
  return {bus::earlier_event(Contract{facts(payment)}, payment.id,
                             payment.captured_at.value_or(changed_at))};
}

// payment.created asks orders to complete the order, so it is published only while the money is
// held and nothing is decided: a payment that is over must not complete an order.
bus::RepublishedEvents events_of(const store::CurrentPayment& current) {
  switch (current.payment.status) {
    case PaymentStatus::authorized: return only<contracts::PaymentCreated>(current);
    case PaymentStatus::captured: return only<contracts::PaymentCaptured>(current);
    case PaymentStatus::voided: return only<contracts::PaymentVoided>(current);
    case PaymentStatus::failed: return only<contracts::PaymentFailed>(current);
    case PaymentStatus::authorizing:
    case PaymentStatus::requires_action:
    case PaymentStatus::declined: break;  // no event tells of these
  }
  return {};
}

}  // namespace

bus::RepublishedTable republished() {
  return bus::republished_table(store::payments_after, events_of);
}

}  // namespace ticketing::payments::attempts
