#include "orders/republished.hpp"

#include "orders/order_events.hpp"
#include "orders/store.hpp"

namespace ticketing::orders {
namespace {

constexpr std::int64_t version_of_completion = 1;

// No event of an order carries all of it. Its row does, so it gives every event that there was.
bus::RepublishedEvents events_of(const store::CurrentOrder& current) {
  const auto& [order, last_event_id] = current;
  contracts::OrderCreated created = created_event(order);
  created.version = 0;
  created.status = name_of(OrderStatus::created);
  if (order.version == 0) return {bus::last_event(created, last_event_id)};
  bus::RepublishedEvents events{bus::earlier_event(created, order.id, order.created_at)};
  if (order.status == OrderStatus::complete) {
    events.push_back(bus::last_event(completed_event(order), last_event_id));
    return events;
  }
  if (order.version > version_of_completion) {  // paid, and undone later
    contracts::OrderCompleted completed = completed_event(order);
    completed.version = version_of_completion;
    events.push_back(bus::earlier_event(completed, order.id, order.created_at));
  }
  events.push_back(bus::last_event(cancelled_event(order), last_event_id));
  return events;
}

// The copy of the ticket may have moved on since: the decision answers all that was asked up to the
// version that it has now.
bus::RepublishedEvents events_of_decision(const store::CurrentDecision& decision) {
  if (decision.last_event_id.empty()) return {};
  return {bus::last_event(
      contracts::WithdrawalDecided{.ticket = {.id = decision.id, .version = decision.version},
                                   .granted = decision.granted},
      decision.last_event_id)};
}

}  // namespace

bus::Republished republished() {
  return {.subjects = bus::subjects_of<contracts::OrderCreated, contracts::OrderCancelled,
                                       contracts::OrderCompleted, contracts::WithdrawalDecided>(),
          .tables = {bus::republished_table(store::orders_after, events_of),
                     bus::republished_table(store::decisions_after, events_of_decision)}};
}

}  // namespace ticketing::orders
