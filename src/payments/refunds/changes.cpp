#include "payments/refunds/changes.hpp"

#include "payments/refunds/store.hpp"

namespace ticketing::payments::refunds {

runtime::Change reserve(const Payment& payment, const Refund& refund,
                        const std::optional<db::IdempotencyKey>& key) {
  return {.contends_for = payment.order_id,
          .write = store::reserve_refund(payment, refund, key),
          .also = {store::insert_refund(refund)}};
}

runtime::Change complete(const Payment& payment, const Refund& refund, bus::Event event) {
  return {.contends_for = refund.order_id,
          .write = store::complete_refund(payment, refund, event.id),
          .also = {store::settle_refund(refund, event.id)},
          .event = std::move(event),
          .entity_id = refund.payment_id};
}

runtime::Change release(const Payment& payment, const Refund& refund,
                        const std::string& change_id) {
  return {.contends_for = refund.order_id,
          .write = store::release_refund(payment, refund, change_id),
          .also = {store::settle_refund(refund, change_id)}};
}

}  // namespace ticketing::payments::refunds
