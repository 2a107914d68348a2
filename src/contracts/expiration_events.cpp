#include "contracts/expiration_events.hpp"

#include "common/json/reader.hpp"
#include "common/json/writer.hpp"

namespace ticketing::contracts {

std::string encode(const ExpirationComplete& event) {
  json::Writer writer;
  writer.begin_object().field("orderId", event.order_id).end_object();
  return writer.take();
}

Result<ExpirationComplete> decode_expiration_complete(std::string_view json) {
  auto reader = json::Reader::parse(json);
  if (!reader) return std::unexpected(reader.error());
  ExpirationComplete event{.order_id = reader->text("orderId")};
  if (auto error = reader->error()) return std::unexpected(*error);
  return event;
}

}  // namespace ticketing::contracts
