#include "contracts/payments_events.hpp"

#include "common/json/reader.hpp"
#include "common/json/writer.hpp"
#include "contracts/limits.hpp"

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

std::string encode(const PaymentRefunded& event) {
  json::Writer writer;
  writer.begin_object()
      .field("id", event.id)
      .field("orderId", event.order_id)
      .field("stripeId", event.stripe_id)
      .field("reason", event.reason)
      .field("refundId", event.refund_id)
      .field("amount", event.amount)
      .field("refunded", event.refunded)
      .field("full", event.full)
      .field("relist", event.relist)
      .end_object();
  return writer.take();
}

Result<PaymentRefunded> decode_payment_refunded(std::string_view json) {
  auto reader = json::Reader::parse(json);
  if (!reader) return std::unexpected(reader.error());
  PaymentRefunded event;
  event.id = reader->text("id");
  event.order_id = reader->text("orderId");
  event.stripe_id = reader->text("stripeId");
  event.reason = reader->optional_text("reason");
  event.refund_id = reader->text("refundId");
  event.amount = reader->money("amount", price_cents_min, price_cents_max);
  event.refunded = reader->money("refunded", price_cents_min, price_cents_max);
  event.full = reader->boolean("full");
  event.relist = reader->boolean("relist");
  if (auto error = reader->error()) return std::unexpected(*error);
  return event;
}

}  // namespace ticketing::contracts
