#include "contracts/orders_events.hpp"

#include "common/json/reader.hpp"
#include "common/json/writer.hpp"
#include "contracts/limits.hpp"

namespace ticketing::contracts {

std::string encode(const OrderCreated& event) {
  json::Writer writer;
  writer.begin_object()
      .field("id", event.id)
      .field("version", event.version)
      .field("status", event.status)
      .field("userId", event.user_id)
      .field("expiresAt", event.expires_at)
      .key("ticket")
      .begin_object()
      .field("id", event.ticket_id)
      .field("price", event.price)
      .end_object()
      .end_object();
  return writer.take();
}

std::string encode(const OrderCancelled& event) {
  json::Writer writer;
  writer.begin_object()
      .field("id", event.id)
      .field("version", event.version)
      .field("reason", event.reason)
      .key("ticket")
      .begin_object()
      .field("id", event.ticket_id)
      .end_object()
      .end_object();
  return writer.take();
}

std::string encode(const OrderCompleted& event) {
  json::Writer writer;
  writer.begin_object()
      .field("id", event.id)
      .field("version", event.version)
      .key("ticket")
      .begin_object()
      .field("id", event.ticket_id)
      .end_object()
      .end_object();
  return writer.take();
}

std::string encode(const WithdrawalDecided& event) {
  json::Writer writer;
  writer.begin_object()
      .key("ticket")
      .begin_object()
      .field("id", event.ticket_id)
      .field("version", event.ticket_version)
      .end_object()
      .field("granted", event.granted)
      .end_object();
  return writer.take();
}

Result<OrderCreated> decode_order_created(std::string_view json) {
  auto reader = json::Reader::parse(json);
  if (!reader) return std::unexpected(reader.error());
  auto ticket = reader->object("ticket");
  OrderCreated event{.id = reader->text("id"),
                     .version = reader->integer("version"),
                     .status = reader->text("status"),
                     .user_id = reader->text("userId"),
                     .expires_at = reader->time("expiresAt"),
                     .ticket_id = ticket.text("id"),
                     .price = ticket.money("price", price_cents_min, price_cents_max)};
  if (auto error = reader->error()) return std::unexpected(*error);
  return event;
}

Result<OrderCancelled> decode_order_cancelled(std::string_view json) {
  auto reader = json::Reader::parse(json);
  if (!reader) return std::unexpected(reader.error());
  OrderCancelled event{.id = reader->text("id"),
                       .version = reader->integer("version"),
                       .reason = reader->text("reason"),
                       .ticket_id = reader->object("ticket").text("id")};
  if (auto error = reader->error()) return std::unexpected(*error);
  return event;
}

Result<OrderCompleted> decode_order_completed(std::string_view json) {
  auto reader = json::Reader::parse(json);
  if (!reader) return std::unexpected(reader.error());
  OrderCompleted event{.id = reader->text("id"),
                       .version = reader->integer("version"),
                       .ticket_id = reader->object("ticket").text("id")};
  if (auto error = reader->error()) return std::unexpected(*error);
  return event;
}

Result<WithdrawalDecided> decode_withdrawal_decided(std::string_view json) {
  auto reader = json::Reader::parse(json);
  if (!reader) return std::unexpected(reader.error());
  auto ticket = reader->object("ticket");
  WithdrawalDecided event{.ticket_id = ticket.text("id"),
                          .ticket_version = ticket.integer("version"),
                          .granted = reader->boolean("granted")};
  if (auto error = reader->error()) return std::unexpected(*error);
  return event;
}

}  // namespace ticketing::contracts
