#include "tickets/listeners.hpp"

#include "common/bus/subscriptions.hpp"
#include "contracts/auth_events.hpp"
#include "contracts/delivery_events.hpp"
#include "contracts/expiration_events.hpp"
#include "contracts/orders_events.hpp"
#include "contracts/shows_events.hpp"

namespace ticketing::tickets {
namespace {

using contracts::DeliveryReady;
using contracts::OrderCancelled;
using contracts::OrderCompleted;
using contracts::OrderCreated;
using contracts::ResaleBegun;
using contracts::ShowBegun;
using contracts::ShowCreated;
using contracts::ShowPlan;
using contracts::ShowUpdated;
using contracts::WithdrawalDecided;

Task<bus::Verdict> on_order_created(Operations& operations, const bus::Event& event) {
  const auto order = bus::require(contracts::decode<OrderCreated>(event.payload));
  co_return co_await operations.follow_order(
      {.id = order.id, .status = OrderStatus::created, .price = order.ticket.price}, order.version,
      order.ticket.id);
}

Task<bus::Verdict> on_order_cancelled(Operations& operations, const bus::Event& event) {
  const auto order = bus::require(contracts::decode<OrderCancelled>(event.payload));
  co_return co_await operations.follow_order({order.id, OrderStatus::cancelled}, order.version,
                                             order.ticket.id);
}

Task<bus::Verdict> on_order_completed(Operations& operations, const bus::Event& event) {
  const auto order = bus::require(contracts::decode<OrderCompleted>(event.payload));
  co_return co_await operations.follow_order(
      {.id = order.id, .status = OrderStatus::complete, .completed_at = event.time}, order.version,
      order.ticket.id);
}

Task<bus::Verdict> on_withdrawal_decided(Operations& operations, const bus::Event& event) {
  const auto decision = bus::require(contracts::decode<WithdrawalDecided>(event.payload));
  co_return co_await operations.decide_withdrawal(decision.ticket.id, decision.ticket.version,
                                                  decision.granted);
}

ShowCopy copy_of(const contracts::ShowFacts& show, std::optional<std::string> merged_into) {
  return {.id = show.id,
          .version = show.version,
          .status = value_named<ShowPlan>(show.status).value_or(ShowPlan::scheduled),
          .starts_at = show.starts_at,
          .over_at = show.over_at,
          .price_cap_percent = show.price_cap_percent,
          .merged_into = std::move(merged_into)};
}

Task<bus::Verdict> on_show_created(Operations& operations, const bus::Event& event) {
  const auto show = bus::require(contracts::decode<ShowCreated>(event.payload));
  co_return co_await operations.follow_show(copy_of(show, std::nullopt), show.name);
}

Task<bus::Verdict> on_show_updated(Operations& operations, const bus::Event& event) {
  const auto show = bus::require(contracts::decode<ShowUpdated>(event.payload));
  co_return co_await operations.follow_show(copy_of(show, show.merged_into), show.name);
}

Task<bus::Verdict> on_show_begun(Operations& operations, const bus::Event& event) {
  const auto begun = bus::require(contracts::decode<ShowBegun>(event.payload));
  co_return co_await operations.end_sale(begun.show_id, begun.starts_at);
}

Task<bus::Verdict> on_delivery_ready(Operations& operations, const bus::Event& event) {
  const auto ready = bus::require(contracts::decode<DeliveryReady>(event.payload));
  co_return co_await operations.note_file(ready.ticket_id);
}

Task<bus::Verdict> on_resale_begun(Operations& operations, const bus::Event& event) {
  const auto resale = bus::require(contracts::decode<ResaleBegun>(event.payload));
  co_return co_await operations.begin_resale({.id = resale.resale_id,
                                              .order_id = resale.order_id,
                                              .user_id = resale.user_id,
                                              .has_file = resale.has_file},
                                             event.time);
}

Task<bus::Verdict> on_user_erased(Operations& operations, const bus::Event& event) {
  const auto user = bus::require(contracts::decode<contracts::UserErased>(event.payload));
  co_return co_await operations.erasure().note(user, event);
}

}  // namespace

void subscribe(bus::EventBus& bus, Operations& operations) {
  bus::subscribe_all(bus, "tickets", operations,
                     {{OrderCreated::subject, on_order_created},
                      {OrderCancelled::subject, on_order_cancelled},
                      {OrderCompleted::subject, on_order_completed},
                      {WithdrawalDecided::subject, on_withdrawal_decided},
                      {ShowCreated::subject, on_show_created},
                      {ShowUpdated::subject, on_show_updated},
                      {ShowBegun::subject, on_show_begun},
                      {DeliveryReady::subject, on_delivery_ready},
                      {ResaleBegun::subject, on_resale_begun},
                      {contracts::UserErased::subject, on_user_erased}});
}

}  // namespace ticketing::tickets
