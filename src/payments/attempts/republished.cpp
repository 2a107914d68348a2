#include "payments/attempts/republished.hpp"

#include "payments/attempts/payment_events.hpp"
#include "payments/attempts/store.hpp"

namespace ticketing::payments::attempts {
namespace {

template <class Contract>
bus::RepublishedEvents only(const store::CurrentPayment& current, const Contract& event) {
  const Payment& payment = current.payment;
  const Timestamp changed_at = time_of_id(current.last_event_id).value_or(payment.created_at);
  // Its own id is not stored: later changes, of which no event tells, have ids as well.
  return {bus::earlier_event(event, payment.id, payment.captured_at.value_or(changed_at))};
}

bus::RepublishedEvents captured(const store::CurrentPayment& current) {
  const Payment& payment = current.payment;
  const OrderCopy order = current.order.value_or(OrderCopy{});
  bus::RepublishedEvents events = only(current, captured_event(payment, order));
  if (payment.dispute_id) {
    events.push_back(bus::earlier_event(disputed_event(payment, order.ticket_id),
                                        *payment.dispute_id,
                                        payment.captured_at.value_or(payment.created_at)));
  }
  return events;
}

// payment.created asks orders to complete the order, so it is published only while the money is
// held and nothing is decided: a payment that is over must not complete an order.
bus::RepublishedEvents events_of(const store::CurrentPayment& current) {
  const contracts::PaymentFacts told = facts(current.payment);
  switch (current.payment.status) {
    case PaymentStatus::authorized: return only(current, contracts::PaymentCreated{told});
    case PaymentStatus::captured: return captured(current);
    case PaymentStatus::voided: return only(current, contracts::PaymentVoided{told});
    case PaymentStatus::failed: return only(current, contracts::PaymentFailed{told});
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
