#include "payments/operator/api.hpp"

#include "common/base/digest.hpp"
#include "common/base/log.hpp"
#include "common/json/reader.hpp"
#include "common/json/writer.hpp"
#include "contracts/limits.hpp"
#include "payments/refunds/refund_json.hpp"

namespace ticketing::payments::operator_ {
namespace {

// No route that the API's description lists answers it.
constexpr CodeKind not_an_operator{"not_an_operator"};

using Handle = Task<Result<http::Response>> (*)(const Api&, const http::Request&);

// The order that a refund is for.
std::string order_of(const http::Request& request) {
  auto reader = json::Reader::parse(request.body);
  return reader && reader->has("orderId") ? reader->text("orderId") : "";
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

// The operator's name comes from ticketing-admin; the token is the same for all of them.
void audit(const http::Request& request, std::string_view outcome, std::string_view reason,
           const std::string& amount, std::int64_t count = 1) {
  const bool reads = request.method == "GET";
  const std::string order_id = reads ? "" : order_of(request);
  log::audit({.event = reads ? "operator.read_ledger" : "operator.refund",
              .outcome = outcome,
              .reason = reason,
              .subject = order_id,
              .amount = amount,
              .by_operator = request.headers.find("X-Operator").value_or(""),
              .address = request.remote_address,
              .user_agent = request.headers.find("User-Agent").value_or(""),
              .count = count});
}

Task<Result<http::Response>> with_token(const Api& api, const http::Request& request,
                                        Handle handle) {
  const std::string_view given = request.headers.find("Authorization").value_or("");
  if (!equals_in_constant_time(given, "Bearer " + api.token)) {
    const std::int64_t count =
        api.refused.count(limits::Caller::address(request.remote_address), api.clock.steady_now());
    if (count > 0) {
      audit(request, "refused", not_an_operator.name(), amount_in(request.body), count);
    }
    co_return refuse(ErrorKind::unauthenticated, not_an_operator,
                     "This needs the operator's token.");
  }
  auto result = co_await handle(api, request);
  if (!result) {
    audit(request, "refused", result.error().slug.name(), amount_in(request.body));
  } else if (request.method == "GET") {
    audit(request, "succeeded", "", "");
  } else {
    const bool is_repeated = result->headers.find("Idempotent-Replayed").has_value();
    audit(request, result->status < 400 ? "succeeded" : "refused", is_repeated ? "repeated" : "",
          amount_in(result->status < 400 ? result->body : request.body));
  }
  co_return result;
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
