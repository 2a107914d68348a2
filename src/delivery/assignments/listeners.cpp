#include "delivery/assignments/listeners.hpp"

#include "common/bus/subscriptions.hpp"
#include "contracts/auth_events.hpp"
#include "contracts/payments_events.hpp"

namespace ticketing::delivery::assignments {
namespace {

using contracts::PaymentCaptured;
using contracts::PaymentRefunded;
using contracts::RefundRequested;

Task<bus::Verdict> on_payment_captured(Operations& operations, const bus::Event& event) {
  co_return co_await operations.assign(
      bus::require(contracts::decode<PaymentCaptured>(event.payload)), event.time);
}

Task<bus::Verdict> on_refund_requested(Operations& operations, const bus::Event& event) {
  co_return co_await operations.release(
      bus::require(contracts::decode<RefundRequested>(event.payload)));
}

Task<bus::Verdict> on_payment_refunded(Operations& operations, const bus::Event& event) {
  co_return co_await operations.follow_refund(
      bus::require(contracts::decode<PaymentRefunded>(event.payload)));
}

Task<bus::Verdict> on_user_erased(Operations& operations, const bus::Event& event) {
  const auto user = bus::require(contracts::decode<contracts::UserErased>(event.payload));
  co_return co_await operations.erasure().note(user, event);
}

}  // namespace

void subscribe(bus::EventBus& bus, Operations& operations) {
  bus::subscribe_all(bus, "delivery", operations,
                     {{PaymentCaptured::subject, on_payment_captured},
                      {PaymentRefunded::subject, on_payment_refunded},
                      {RefundRequested::subject, on_refund_requested},
                      {contracts::UserErased::subject, on_user_erased}});
}

}  // namespace ticketing::delivery::assignments
