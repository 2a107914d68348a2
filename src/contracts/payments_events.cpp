#include "contracts/payments_events.hpp"

#include "common/json/reader.hpp"
#include "common/json/writer.hpp"

namespace ticketing::contracts {

std::string encode(const PaymentFacts& facts) {
  json::Writer writer;
  writer.begin_object()
      .field("id", facts.id)
      .field("orderId", facts.order_id)
      .field("stripeId", facts.stripe_id)
      .field("reason", facts.reason)
      .end_object();
  return writer.take();
}

Result<PaymentFacts> decode_payment(std::string_view json) {
  auto reader = json::Reader::parse(json);
  if (!reader) return std::unexpected(reader.error());
  PaymentFacts facts{.id = reader->text("id"),
                     .order_id = reader->text("orderId"),
                     .stripe_id = reader->text("stripeId"),
                     .reason = reader->optional_text("reason")};
  if (auto error = reader->error()) return std::unexpected(*error);
  return facts;
}

}  // namespace ticketing::contracts
