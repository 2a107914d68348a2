#include "payments/refunds/listeners.hpp"

#include "common/bus/subscriptions.hpp"
#include "contracts/delivery_events.hpp"

namespace ticketing::payments::refunds {
namespace {

using contracts::DeliveryOverdue;
using contracts::DeliveryReleased;
using contracts::DeliveryRevealed;
using contracts::ResaleBegun;

Task<bus::Verdict> on_delivery_overdue(Operations& operations, const bus::Event& event) {
  const auto overdue = bus::require(contracts::decode<DeliveryOverdue>(event.payload));
  co_return co_await operations.ticket_overdue(overdue.order_id);
}

Task<bus::Verdict> on_delivery_released(Operations& operations, const bus::Event& event) {
  const auto released = bus::require(contracts::decode<DeliveryReleased>(event.payload));
  co_return co_await operations.ticket_released(released.refund_id);
}

Task<bus::Verdict> on_delivery_revealed(Operations& operations, const bus::Event& event) {
  const auto revealed = bus::require(contracts::decode<DeliveryRevealed>(event.payload));
  co_return co_await operations.ticket_revealed(revealed.order_id, revealed.revealed_at);
}

Task<bus::Verdict> on_resale_begun(Operations& operations, const bus::Event& event) {
  const auto resale = bus::require(contracts::decode<ResaleBegun>(event.payload));
  if (!resale.refund_id) co_return bus::Verdict::done;
  co_return co_await operations.ticket_resold(*resale.refund_id);
}

}  // namespace

void subscribe(bus::EventBus& bus, Operations& operations) {
  bus::subscribe_all(bus, "payments", operations,
                     {{DeliveryOverdue::subject, on_delivery_overdue},
                      {DeliveryReleased::subject, on_delivery_released},
                      {DeliveryRevealed::subject, on_delivery_revealed},
                      {ResaleBegun::subject, on_resale_begun}});
}

}  // namespace ticketing::payments::refunds
