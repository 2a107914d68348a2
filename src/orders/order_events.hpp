// The events that tell of an order.
#pragma once

#include "contracts/orders_events.hpp"
#include "orders/order.hpp"

namespace ticketing::orders {

inline contracts::OrderCreated created_event(const Order& order) {
  return matching<contracts::OrderCreated>(order);
}
inline contracts::OrderCompleted completed_event(const Order& order) {
  return matching<contracts::OrderCompleted>(order);
}
inline contracts::OrderCancelled cancelled_event(const Order& order) {
  return matching<contracts::OrderCancelled>(order);
}

}  // namespace ticketing::orders
