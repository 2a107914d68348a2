#include "payments/refunds/republished.hpp"

#include "payments/refunds/refund_events.hpp"
#include "payments/refunds/store.hpp"

namespace ticketing::payments::refunds {
namespace {

bus::RepublishedEvents events_of(const store::CurrentRefund& current) {
  const Refund& refund = current.refund;
  // Also of one that delivery has answered: a delivery that was restored to an earlier moment does
  // not know.
  if (!is_over(refund)) {
    return {
        bus::earlier_event(requested_event(refund, current.order), refund.id, refund.created_at)};
  }
  if (refund.status != RefundStatus::succeeded) return {};
  return {bus::earlier_event(
      refunded_event(current.payment, refund, current.refunded_so_far, current.relist_so_far > 0),
      refund.id, refund.created_at)};
}

}  // namespace

bus::RepublishedTable republished() {
  return bus::republished_table(store::refunds_after, events_of);
}

}  // namespace ticketing::payments::refunds
