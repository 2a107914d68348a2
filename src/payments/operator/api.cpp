#include "payments/operator/api.hpp"

#include "common/base/digest.hpp"
#include "common/json/reader.hpp"
#include "common/json/writer.hpp"
#include "contracts/limits.hpp"
#include "payments/refunds/refund_json.hpp"

namespace ticketing::payments::operator_ {
namespace {

using Handle = Task<Result<http::Response>> (*)(const Api&, const http::Request&);

Task<Result<http::Response>> with_token(const Api& api, const http::Request& request,
                                        Handle handle) {
  const std::string_view given = request.headers.find("Authorization").value_or("");
  if (!equals_in_constant_time(given, "Bearer " + api.token)) {
    co_return refuse(ErrorKind::unauthenticated, "not_an_operator",
                     "This needs the operator's token.");
  }
  co_return co_await handle(api, request);
}

Result<Period> read_period(const http::Request& request) {
  const auto from = parse_iso8601(request.query_param("from").value_or(""));
  const auto to = parse_iso8601(request.query_param("to").value_or(""));
  if (!from || !to) return refuse(invalid_field("from", "from and to must be times in ISO 8601"));
  return Period{.from = *from, .to = *to};
}

http::Response to_response(const LedgerPage& page) {
  json::Writer writer;
  writer.begin_object().key("lines").begin_array();
  for (const LedgerLine& line : page.lines) {
    writer.begin_object()
        .field("paymentId", line.payment_id)
        .field("stripeId", line.stripe_id)
        .field("status", line.status)
        .field("amountCents", line.amount_cents)
        .field("capturedCents", line.captured_cents)
        .field("refundedCents", line.refunded_cents)
        .end_object();
  }
  writer.end_array().field("next", page.next).end_object();
  return http::json_response(200, writer.take());
}

Task<Result<http::Response>> list_ours(const Api& api, const http::Request& request) {
  const auto period = read_period(request);
  if (!period) co_return std::unexpected(period.error());
  const std::string cursor{request.query_param("cursor").value_or("")};
  co_return to_response(co_await api.operations.list_ours(*period, cursor));
}

Task<Result<http::Response>> list_theirs(const Api& api, const http::Request& request) {
  const auto period = read_period(request);
  if (!period) co_return std::unexpected(period.error());
  std::optional<std::string> cursor;
  if (const auto given = request.query_param("cursor")) cursor = *given;
  co_return to_response(co_await api.operations.list_theirs(*period, cursor));
}

Task<Result<http::Response>> refund(const Api& api, const http::Request& request) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) co_return std::unexpected(reader.error());
  refunds::RefundRequest wanted{.order_id = reader->text("orderId"),
                                .terms = {.requested_by = refunds::RefundRequester::operator_},
                                .traceparent = request.traceparent};
  if (reader->has("amount")) {
    wanted.terms.amount =
        reader->money("amount", contracts::price_cents_min, contracts::price_cents_max);
  }
  if (reader->has("relist")) wanted.terms.relist = reader->boolean("relist");
  if (auto error = reader->error()) co_return std::unexpected(*std::move(error));
  const auto refund = co_await api.refunds.refund(wanted);
  if (!refund) co_return std::unexpected(refund.error());
  co_return to_response(*refund);
}

}  // namespace

http::Routes routes(const Api& api) {
  if (api.token.empty()) return {};
  const auto guarded = [&api](Handle handle) {
    return
        [&api, handle](const http::Request& request) { return with_token(api, request, handle); };
  };
  return {{"GET", "/operator/payments/ours", guarded(list_ours)},
          {"GET", "/operator/payments/theirs", guarded(list_theirs)},
          {"POST", "/operator/payments/refunds", guarded(refund)}};
}

}  // namespace ticketing::payments::operator_
