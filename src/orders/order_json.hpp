// An order as the API shows it.
#pragma once

#include <optional>
#include <string>

#include "common/json/described.hpp"
#include "orders/order.hpp"

namespace ticketing::orders {

struct OrderAnswer {
  std::string id;
  std::int64_t version = 0;
  OrderStatus status = OrderStatus::created;
  std::optional<CancelReason> reason;
  std::string user_id;
  Timestamp expires_at;
  Timestamp created_at;
  OrderedTicket ticket;
};
BOOST_DESCRIBE_STRUCT(OrderAnswer, (),
                      (id, version, status, reason, user_id, expires_at, created_at, ticket))

inline void write(json::Writer& writer, const Order& order) {
  json::write(writer, matching<OrderAnswer>(order));
}

inline std::string to_json(const Order& order) {
  return json::to_json(matching<OrderAnswer>(order));
}

}  // namespace ticketing::orders
