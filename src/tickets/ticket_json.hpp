// A ticket as the API shows it.
#pragma once

#include <string>

#include "common/json/writer.hpp"
#include "tickets/ticket.hpp"

namespace ticketing::tickets {

inline void write(json::Writer& writer, const Ticket& ticket) {
  writer.begin_object()
      .field("id", ticket.id)
      .field("title", ticket.title)
      .field("price", ticket.price)
      .field("userId", ticket.user_id)
      .field("version", ticket.version)
      .field("status", to_string(ticket.status))
      .field("orderId", ticket.order_id);
  if (ticket.withdrawal_version) writer.field("withdrawing", true);
  writer.field("createdAt", ticket.created_at).end_object();
}

inline void write(json::Writer& writer, const Sale& sale) {
  writer.begin_object()
      .field("orderId", sale.order_id)
      .field("price", sale.price)
      .field("soldAt", sale.sold_at)
      .key("ticket");
  write(writer, sale.ticket);
  writer.end_object();
}

inline std::string to_json(const Ticket& ticket) {
  json::Writer writer;
  write(writer, ticket);
  return writer.take();
}

}  // namespace ticketing::tickets
