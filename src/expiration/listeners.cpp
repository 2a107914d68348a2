#include "expiration/listeners.hpp"

#include "common/bus/subscriptions.hpp"
#include "contracts/orders_events.hpp"

namespace ticketing::expiration {
namespace {

using contracts::OrderCancelled;
using contracts::OrderCompleted;
using contracts::OrderCreated;

Task<bus::Verdict> on_order_created(Operations& operations, const bus::Event& event) {
  const auto order = bus::require(contracts::decode<OrderCreated>(event.payload));
  co_return co_await operations.schedule(
      {.order_id = order.id, .order_version = order.version, .due = order.expires_at});
}

Task<bus::Verdict> on_order_cancelled(Operations& operations, const bus::Event& event) {
  const auto order = bus::require(contracts::decode<OrderCancelled>(event.payload));
  co_return co_await operations.drop(order.id, order.version);
}

Task<bus::Verdict> on_order_completed(Operations& operations, const bus::Event& event) {
  const auto order = bus::require(contracts::decode<OrderCompleted>(event.payload));
  co_return co_await operations.drop(order.id, order.version);
}

}  // namespace

void subscribe(bus::EventBus& bus, Operations& operations) {
  bus::subscribe_all(bus, "expiration", operations,
                     {{OrderCreated::subject, on_order_created},
                      {OrderCancelled::subject, on_order_cancelled},
                      {OrderCompleted::subject, on_order_completed}});
}

}  // namespace ticketing::expiration
