#include "contracts/tickets_events.hpp"

#include "common/json/reader.hpp"
#include "common/json/writer.hpp"
#include "contracts/limits.hpp"

namespace ticketing::contracts {

std::string encode(const TicketCreated& event) {
  json::Writer writer;
  writer.begin_object()
      .field("id", event.id)
      .field("version", event.version)
      .field("title", event.title)
      .field("price", event.price)
      .field("userId", event.user_id)
      .end_object();
  return writer.take();
}

std::string encode(const TicketUpdated& event) {
  json::Writer writer;
  writer.begin_object()
      .field("id", event.id)
      .field("version", event.version)
      .field("title", event.title)
      .field("price", event.price)
      .field("userId", event.user_id)
      .field("orderId", event.order_id);
  if (event.withdrawal_requested) writer.field("withdrawalRequested", true);
  writer.end_object();
  return writer.take();
}

Result<TicketCreated> decode_ticket_created(std::string_view json) {
  auto reader = json::Reader::parse(json);
  if (!reader) return std::unexpected(reader.error());
  TicketCreated event{.id = reader->text("id"),
                      .version = reader->integer("version"),
                      .title = reader->text("title"),
                      .price = reader->money("price", price_cents_min, price_cents_max),
                      .user_id = reader->text("userId")};
  if (auto error = reader->error()) return std::unexpected(*error);
  return event;
}

Result<TicketUpdated> decode_ticket_updated(std::string_view json) {
  auto reader = json::Reader::parse(json);
  if (!reader) return std::unexpected(reader.error());
  TicketUpdated event{.id = reader->text("id"),
                      .version = reader->integer("version"),
                      .title = reader->text("title"),
                      .price = reader->money("price", price_cents_min, price_cents_max),
                      .user_id = reader->text("userId"),
                      .order_id = reader->optional_text("orderId")};
  if (reader->has("withdrawalRequested"))
    event.withdrawal_requested = reader->boolean("withdrawalRequested");
  if (auto error = reader->error()) return std::unexpected(*error);
  return event;
}

}  // namespace ticketing::contracts
