#include "payments/operator/api.hpp"

#include "common/json/reader.hpp"
#include "common/json/writer.hpp"
#include "contracts/limits.hpp"
#include "payments/refunds/refund_json.hpp"

namespace ticketing::payments::operator_ {
namespace {

constexpr int http_error = 400;
constexpr std::size_t reason_characters_max = 200;

// The order that a refund is for.
std::string order_of(const http::Request& request) {
  auto reader = json::Reader::parse(request.body);
  return reader && reader->has("orderId") ? reader->text("orderId") : "";
}

// Why an operator refunds though the ticket may have been shown; for the audit log.
std::string reason_in(const std::string& body) {
  auto reader = json::Reader::parse(body);
  if (!reader || !reader->has("reason")) return "";
  std::string reason = reader->shown_text("reason", reason_characters_max);
  return reader->error() ? "" : reason;
}

// The amount in a request, or in the answer that has what was given back. Empty: it has none, which
// asks for all that is left.
std::string amount_in(const std::string& body) {
  auto reader = json::Reader::parse(body);
  if (!reader || !reader->has("amount")) return "";
  const Money amount =
      reader->money("amount", contracts::price_cents_min, contracts::price_cents_max);
  return reader->error() ? "" : to_decimal(amount);
}

Result<Period> read_period(const http::Request& request) {
  const auto from = parse_iso8601(request.query_param("from").value_or(""));
  const auto to = parse_iso8601(request.query_param("to").value_or(""));
  if (!from || !to) {
    const Fault not_a_time{codes::not_a_time(), "must be a time in ISO 8601"};
    return refuse(invalid_field(from ? "to" : "from", not_a_time));
  }
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

Task<Result<http::Response>> answer_of(refunds::Operations& refunds, std::string refund_id) {
  const auto refund = co_await refunds.answer_of(std::move(refund_id));
  if (!refund) co_return std::unexpected(refund.error());
  co_return to_response(*refund);
}

Task<Result<std::optional<http::Response>>> make_refund(refunds::Operations& refunds,
                                                        refunds::RefundRequest wanted) {
  const auto refund = co_await refunds.refund(std::move(wanted));
  if (!refund) co_return std::unexpected(refund.error());
  co_return to_response(*refund);
}

Task<Result<http::Response>> refund(const Api& api, const http::Request& request) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) co_return std::unexpected(reader.error());
  refunds::RefundRequest wanted{.order_id = reader->text("orderId"),
                                .terms = {.requested_by = refunds::RefundRequester::operator_}};
  if (reader->has("amount")) {
    wanted.terms.amount =
        reader->money("amount", contracts::price_cents_min, contracts::price_cents_max);
  }
  if (reader->has("relist")) wanted.terms.relist = reader->boolean("relist");
  if (reader->has("reason"))
    wanted.terms.reason = reader->shown_text("reason", reason_characters_max);
  if (auto error = reader->error()) co_return std::unexpected(*std::move(error));
  // Operators are one user to the service, and an order has its own bound of keys.
  co_return co_await api.idempotency.answer_once(
      request, "operator of " + wanted.order_id,
      [&](const std::optional<db::IdempotencyKey>& key) {
        refunds::RefundRequest with_key = wanted;
        with_key.idempotency_key = key;
        return make_refund(api.refunds, std::move(with_key));
      },
      [&](const std::string& refund_id) { return answer_of(api.refunds, refund_id); });
}

}  // namespace

http::Routes routes(const Api& api) {
  if (!api.guard.admits_any()) return {};
  using Handle = Task<Result<http::Response>> (*)(const Api&, const http::Request&);
  const auto reads = [&api](Handle handle) {
    return api.guard.guard(
        [](const http::Request&) {
          return runtime::OperatorGuard::Act{.event = "operator.read_ledger"};
        },
        [&api, handle](const http::Request& request) { return handle(api, request); });
  };
  using Act = runtime::OperatorGuard::Act;
  const auto refunds = api.guard.guard(
      [](const http::Request& request) {
        return Act{.event = "operator.refund",
                   .subject = order_of(request),
                   .amount = amount_in(request.body),
                   .reason = reason_in(request.body)};
      },
      [&api](const http::Request& request) { return refund(api, request); },
      [](Act& act, const http::Response& response) {
        if (response.status < http_error) act.amount = amount_in(response.body);
        if (response.headers.find("Idempotent-Replayed")) act.reason = "repeated";
      });
  return {{"GET", "/operator/payments/ours", reads(list_ours)},
          {"GET", "/operator/payments/theirs", reads(list_theirs)},
          {"POST", "/operator/payments/refunds", refunds}};
}

}  // namespace ticketing::payments::operator_
