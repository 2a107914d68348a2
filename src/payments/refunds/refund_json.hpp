// A refund as the API shows it.
#pragma once

#include "common/http/message.hpp"
#include "common/json/writer.hpp"
#include "payments/refunds/refund.hpp"

namespace ticketing::payments::refunds {

// 201 when the money is on its way back, 202 while delivery or the gateway has not answered.
inline http::Response to_response(const Refund& refund) {
  const bool is_pending = !is_over(refund);
  json::Writer writer;
  writer.begin_object()
      .field("id", refund.id)
      .field("orderId", refund.order_id)
      .field("amount", refund.amount)
      .field("relist", refund.relist)
      .field("status", is_pending ? "processing" : "refunded")
      .end_object();
  return http::json_response(is_pending ? 202 : 201, writer.take());
}

inline http::Response to_response(const std::string& order_id, const Refundable& refundable) {
  json::Writer writer;
  writer.begin_object()
      .field("orderId", order_id)
      .field("refundable", refundable.refundable)
      .field("refunding", refundable.refunding)
      .field("refunded", refundable.refunded)
      .field("until", refundable.until)
      .end_object();
  return http::json_response(200, writer.take());
}

}  // namespace ticketing::payments::refunds
