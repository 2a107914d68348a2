// A ticket as the API shows it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/flag.hpp"
#include "common/json/described.hpp"
#include "tickets/ticket.hpp"

namespace ticketing::tickets {

struct TicketAnswer {
  std::string id;
  std::string title;
  Money price;
  std::optional<std::string> section;
  std::optional<std::string> show_id;
  std::optional<std::string> row;
  std::optional<std::string> seat;
  std::optional<Money> face_value;
  std::optional<std::string> restrictions;
  std::optional<std::string> lot_id;
  std::string user_id;
  Flag has_file;
  Flag file_promised;
  std::int64_t version = 0;
  TicketStatus status = TicketStatus::available;
  std::optional<std::string> order_id;
  Flag withdrawing;
  Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(TicketAnswer, (),
                      (id, title, price, section, show_id, row, seat, face_value, restrictions,
                       lot_id, user_id, has_file, file_promised, version, status, order_id,
                       withdrawing, created_at))

struct SaleAnswer {
  std::string order_id;
  Money price;
  Timestamp sold_at;
  TicketAnswer ticket;
};
BOOST_DESCRIBE_STRUCT(SaleAnswer, (), (order_id, price, sold_at, ticket))

inline TicketAnswer answer_of(const Ticket& ticket) {
  auto answer = matching<TicketAnswer, &TicketAnswer::has_file, &TicketAnswer::withdrawing>(ticket);
  answer.has_file = ticket.has_file;
  answer.withdrawing = ticket.withdrawal_version.has_value();
  return answer;
}

inline SaleAnswer answer_of(const Sale& sale) {
  return {.order_id = sale.order_id,
          .price = sale.price,
          .sold_at = sale.sold_at,
          .ticket = answer_of(sale.ticket)};
}

inline std::string to_json(const Ticket& ticket) { return json::to_json(answer_of(ticket)); }

inline std::string to_json(const std::vector<Ticket>& lot) {
  json::Writer writer;
  writer.begin_array();
  for (const Ticket& ticket : lot) json::write(writer, answer_of(ticket));
  writer.end_array();
  return writer.take();
}

}  // namespace ticketing::tickets
