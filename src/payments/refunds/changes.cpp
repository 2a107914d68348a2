#include "payments/refunds/changes.hpp"

#include "payments/refunds/store.hpp"

namespace ticketing::payments::refunds {

runtime::Change reserve(const Payment& payment, const Refund& refund,
                        const std::optional<db::IdempotencyKey>& key, bus::Event event) {
  return {.contends_for = payment.order_id,
          .write = store::reserve_refund(payment, refund, key, event.id),
          .also = {store::insert_refund(refund, event.id)},
          .event = std::move(event),
          .entity_id = payment.id};
}

runtime::Change ask_again(const Payment& payment, const Refund& refund, bus::Event event) {
  return {.contends_for = refund.order_id,
          .write = store::touch_payment_of_asked(payment, refund, event.id),
          .also = {store::postpone_asked_refund(refund, event.id)},
          .event = std::move(event),
          .entity_id = payment.id};
}

runtime::Change complete(const Payment& payment, const Refund& refund, bus::Event event) {
  return {.contends_for = refund.order_id,
          .write = store::complete_refund(payment, refund, event.id),
          .also = {store::settle_refund(refund, RefundStatus::pending, event.id)},
          .event = std::move(event),
          .entity_id = refund.payment_id};
}

runtime::Change release(const Payment& payment, const Refund& refund, RefundStatus before,
                        const std::string& change_id) {
  return {.contends_for = refund.order_id,
          .write = store::release_refund(payment, refund, before, change_id),
          .also = {store::settle_refund(refund, before, change_id)}};
}

}  // namespace ticketing::payments::refunds
