// An order as the API shows it.
#pragma once

#include <string>

#include "common/json/writer.hpp"
#include "orders/order.hpp"

namespace ticketing::orders {

inline void write(json::Writer& writer, const Order& order) {
  writer.begin_object()
      .field("id", order.id)
      .field("version", order.version)
      .field("status", to_string(order.status));
  if (order.reason) writer.field("reason", to_string(*order.reason));
  writer.field("userId", order.user_id)
      .field("expiresAt", order.expires_at)
      .field("createdAt", order.created_at)
      .key("ticket")
      .begin_object()
      .field("id", order.ticket.id)
      .field("title", order.ticket.title)
      .field("price", order.ticket.price)
      .end_object()
      .end_object();
}

inline std::string to_json(const Order& order) {
  json::Writer writer;
  write(writer, order);
  return writer.take();
}

}  // namespace ticketing::orders
