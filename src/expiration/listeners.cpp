#include "expiration/listeners.hpp"

#include "common/bus/subscriptions.hpp"
#include "contracts/orders_events.hpp"
#include "contracts/show_sales.hpp"
#include "contracts/shows_events.hpp"

namespace ticketing::expiration {
namespace {

using contracts::OrderCancelled;
using contracts::OrderCompleted;
using contracts::OrderCreated;
using contracts::ShowCreated;
using contracts::ShowUpdated;

Task<bus::Verdict> on_order_created(Operations& operations, const bus::Event& event) {
  const auto order = bus::require(contracts::decode<OrderCreated>(event.payload));
  co_return co_await operations.schedule(
      {.id = order.id, .version = order.version, .due = order.expires_at});
}

Task<bus::Verdict> on_order_cancelled(Operations& operations, const bus::Event& event) {
  const auto order = bus::require(contracts::decode<OrderCancelled>(event.payload));
  co_return co_await operations.drop(order.id, order.version);
}

Task<bus::Verdict> on_order_completed(Operations& operations, const bus::Event& event) {
  const auto order = bus::require(contracts::decode<OrderCompleted>(event.payload));
  co_return co_await operations.drop(order.id, order.version);
}

// The date of a cancelled show comes, too: what is still listed for it lapses then.
Beginning beginning_of(const contracts::ShowFacts& show, bool is_merged) {
  const bool is_postponed = show.status == name_of(contracts::ShowPlan::postponed);
  return {.expiration = {.id = show.id,
                         .version = show.version,
                         .due = show.starts_at,
                         .kind = Kind::show},
          .is_awaited = !is_postponed && !is_merged};
}

Task<bus::Verdict> on_show_created(Operations& operations, const bus::Event& event) {
  const auto show = bus::require(contracts::decode<ShowCreated>(event.payload));
  co_return co_await operations.follow_show(beginning_of(show, false));
}

Task<bus::Verdict> on_show_updated(Operations& operations, const bus::Event& event) {
  const auto show = bus::require(contracts::decode<ShowUpdated>(event.payload));
  co_return co_await operations.follow_show(beginning_of(show, show.merged_into.has_value()));
}

}  // namespace

void subscribe(bus::EventBus& bus, Operations& operations) {
  bus::subscribe_all(bus, "expiration", operations,
                     {{OrderCreated::subject, on_order_created},
                      {OrderCancelled::subject, on_order_cancelled},
                      {OrderCompleted::subject, on_order_completed},
                      {ShowCreated::subject, on_show_created},
                      {ShowUpdated::subject, on_show_updated}});
}

}  // namespace ticketing::expiration
