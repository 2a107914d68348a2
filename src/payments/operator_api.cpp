#include "payments/operator_api.hpp"

#include "common/base/digest.hpp"
#include "common/json/reader.hpp"
#include "common/json/writer.hpp"
#include "contracts/limits.hpp"
#include "payments/reconciliation.hpp"
#include "payments/refund_json.hpp"

namespace ticketing::payments {
namespace {

constexpr std::int64_t page_max = 500;

using Handle = Task<Result<http::Response>> (*)(const OperatorApi&, const http::Request&);

Task<Result<http::Response>> with_token(const OperatorApi& api, const http::Request& request,
                                        Handle handle) {
  const std::string_view shown = request.headers.find("Authorization").value_or("");
  if (!equals_in_constant_time(shown, "Bearer " + api.token)) {
    co_return refuse(ErrorKind::unauthenticated, "not_an_operator",
                     "This needs the operator's token.");
  }
  co_return co_await handle(api, request);
}

struct Span {
  Timestamp from;
  Timestamp to;
};

Result<Span> read_span(const http::Request& request) {
  const auto from = parse_iso8601(request.query_param("from").value_or(""));
  const auto to = parse_iso8601(request.query_param("to").value_or(""));
  if (!from || !to) return refuse(invalid_field("from", "from and to must be times in ISO 8601"));
  return Span{.from = *from, .to = *to};
}

http::Response to_response(const std::vector<LedgerLine>& lines,
                           const std::optional<std::string>& next) {
  json::Writer writer;
  writer.begin_object().key("lines").begin_array();
  for (const LedgerLine& line : lines) {
    writer.begin_object()
        .field("paymentId", line.payment_id)
        .field("stripeId", line.stripe_id)
        .field("status", line.status)
        .field("amountCents", line.amount_cents)
        .field("capturedCents", line.captured_cents)
        .field("refundedCents", line.refunded_cents)
        .end_object();
  }
  writer.end_array().field("next", next).end_object();
  return http::json_response(200, writer.take());
}

Task<Result<http::Response>> list_ours(const OperatorApi& api, const http::Request& request) {
  const auto span = read_span(request);
  if (!span) co_return std::unexpected(span.error());
  const std::string after{request.query_param("cursor").value_or("")};
  const auto found =
      co_await api.database.query(store::payments_made(after, span->from, span->to, page_max));
  std::vector<LedgerLine> lines;
  for (const db::Row& row : found.rows) {
    const Payment payment = store::decode_payment(row);
    const bool is_captured = payment.status == PaymentStatus::captured;
    lines.push_back({.payment_id = payment.id,
                     .stripe_id = payment.stripe_id.value_or(""),
                     .status = std::string(to_string(payment.status)),
                     .amount_cents = payment.amount.cents,
                     .captured_cents = is_captured ? payment.amount.cents : 0,
                     .refunded_cents = payment.refunded.cents});
  }
  std::optional<std::string> next;
  if (std::ssize(lines) == page_max) next = lines.back().payment_id;
  co_return to_response(lines, next);
}

Task<Result<http::Response>> list_theirs(const OperatorApi& api, const http::Request& request) {
  const auto span = read_span(request);
  if (!span) co_return std::unexpected(span.error());
  std::optional<std::string> cursor;
  if (const auto given = request.query_param("cursor")) cursor = *given;
  const IntentPageOutcome outcome = co_await api.gateway.list(span->from, span->to, cursor);
  const auto* page = std::get_if<IntentPage>(&outcome);
  if (page == nullptr) throw Unavailable("the gateway cannot be asked");
  std::vector<LedgerLine> lines;
  for (const Intent& intent : page->intents) {
    lines.push_back({.payment_id = intent.payment_id,
                     .stripe_id = intent.id,
                     .status = std::string(to_string(intent.status)),
                     .amount_cents = intent.amount.cents,
                     .captured_cents = intent.captured.cents,
                     .refunded_cents = intent.refunded.cents});
  }
  co_return to_response(lines, page->next);
}

Task<Result<http::Response>> refund(const OperatorApi& api, const http::Request& request) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) co_return std::unexpected(reader.error());
  RefundRequest wanted{.order_id = reader->text("orderId"),
                       .wish = {.requested_by = RefundRequester::operator_},
                       .traceparent = request.traceparent};
  if (reader->has("amount")) {
    wanted.wish.amount =
        reader->money("amount", contracts::price_cents_min, contracts::price_cents_max);
  }
  if (reader->has("relist")) wanted.wish.relist = reader->boolean("relist");
  if (auto error = reader->error()) co_return std::unexpected(*std::move(error));
  const auto refund = co_await api.refunds.refund(wanted);
  if (!refund) co_return std::unexpected(refund.error());
  co_return to_response(*refund);
}

}  // namespace

http::Routes operator_routes(const OperatorApi& api) {
  if (api.token.empty()) return {};
  const auto guarded = [&api](Handle handle) {
    return
        [&api, handle](const http::Request& request) { return with_token(api, request, handle); };
  };
  return {{"GET", "/operator/payments/ours", guarded(list_ours)},
          {"GET", "/operator/payments/theirs", guarded(list_theirs)},
          {"POST", "/operator/payments/refunds", guarded(refund)}};
}

}  // namespace ticketing::payments
