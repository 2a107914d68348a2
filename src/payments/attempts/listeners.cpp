#include "payments/attempts/listeners.hpp"

#include "common/bus/subscriptions.hpp"
#include "contracts/auth_events.hpp"
#include "contracts/orders_events.hpp"

namespace ticketing::payments::attempts {
namespace {

using contracts::OrderCancelled;
using contracts::OrderCompleted;
using contracts::OrderCreated;

Task<bus::Verdict> on_order_created(Operations& operations, const bus::Event& event) {
  const auto order = bus::require(contracts::decode<OrderCreated>(event.payload));
  co_return co_await operations.order_created({.id = order.id,
                                               .version = order.version,
                                               .user_id = order.user_id,
                                               .price = order.ticket.price,
                                               .expires_at = order.expires_at,
                                               .ticket_id = order.ticket.id,
                                               .file_promised = order.ticket.file_promised});
}

Task<bus::Verdict> on_order_cancelled(Operations& operations, const bus::Event& event) {
  const auto order = bus::require(contracts::decode<OrderCancelled>(event.payload));
  co_return co_await operations.order_ended({.id = order.id,
                                             .version = order.version,
                                             .status = OrderStatus::cancelled,
                                             .reason = order.reason,
                                             .ticket_id = order.ticket.id});
}

Task<bus::Verdict> on_order_completed(Operations& operations, const bus::Event& event) {
  const auto order = bus::require(contracts::decode<OrderCompleted>(event.payload));
  co_return co_await operations.order_ended({.id = order.id,
                                             .version = order.version,
                                             .status = OrderStatus::complete,
                                             .ticket_id = order.ticket.id});
}

Task<bus::Verdict> on_user_erased(Operations& operations, const bus::Event& event) {
  const auto user = bus::require(contracts::decode<contracts::UserErased>(event.payload));
  co_return co_await operations.erasure().note(user, event);
}

}  // namespace

void subscribe(bus::EventBus& bus, Operations& operations) {
  bus::subscribe_all(bus, "payments", operations,
                     {{OrderCreated::subject, on_order_created},
                      {OrderCancelled::subject, on_order_cancelled},
                      {OrderCompleted::subject, on_order_completed},
                      {contracts::UserErased::subject, on_user_erased}});
}

}  // namespace ticketing::payments::attempts
