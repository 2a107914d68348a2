#include "payments/attempts/api.hpp"

#include <algorithm>

#include "common/base/id.hpp"
#include "common/http/problem.hpp"
#include "common/json/reader.hpp"
#include "common/json/writer.hpp"

namespace ticketing::payments::attempts {
namespace {

using identity::Caller;
using runtime::IdempotentRequests;

constexpr std::size_t source_bytes_max = 255;

struct PayBody {
  std::string order_id;
  std::string source;
};

// The card comes as a token, or as a PaymentMethod made by Stripe's Payment Element.
Result<PayBody> read_pay_body(const http::Request& request) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) return std::unexpected(reader.error());
  const auto payment_method = reader->optional_text("paymentMethodId");
  PayBody body{.order_id = reader->text("orderId"),
               .source = payment_method ? *payment_method : reader->text("token")};
  if (!reader->error()) {
    if (!is_uuid(body.order_id)) reader->fault("orderId", "orderId must be the id of an order");
    const bool visible =
        std::ranges::all_of(body.source, [](char c) { return c > 0x20 && c < 0x7f; });
    if (body.source.empty() || body.source.size() > source_bytes_max || !visible) {
      const std::string field = payment_method ? "paymentMethodId" : "token";
      reader->fault(field, field + " must have 1 to 255 visible ASCII characters");
    }
  }
  if (auto error = reader->error()) return std::unexpected(*std::move(error));
  return body;
}

http::Response to_response(const PayAnswer& answer) {
  json::Writer writer;
  writer.begin_object().field("id", answer.payment_id);
  if (answer.client_secret) {
    writer.field("status", "requires_action").field("clientSecret", *answer.client_secret);
  } else if (!answer.decided) {
    writer.field("status", "processing");
  }
  writer.end_object();
  return http::json_response(answer.decided ? 201 : 202, writer.take());
}

http::Response to_response(const Result<PayAnswer>& answer, const std::string& request_id) {
  return answer ? to_response(*answer) : http::problem_response(answer.error(), request_id);
}

// What this key was answered before, or how its attempt stands now; nothing while it has none.
Task<Result<std::optional<http::Response>>> answer_of_key(const Api& api,
                                                          const db::IdempotencyKey& key,
                                                          const std::string& request_id) {
  const auto known = co_await api.idempotency.find(key);
  if (!known) co_return std::unexpected(known.error());
  if (!*known) co_return std::nullopt;
  if ((*known)->status != 0) co_return IdempotentRequests::to_response(**known);
  const auto answer = co_await api.operations.answer_of((*known)->entity_id);
  http::Response response = to_response(answer, request_id);
  co_await api.idempotency.settle(key, response);
  co_return response;
}

Task<Result<http::Response>> pay(const Api& api, const http::Request& request,
                                 const Caller& caller) {
  auto body = read_pay_body(request);
  if (!body) co_return std::unexpected(body.error());
  const auto key = IdempotentRequests::key_of(request, caller.user_id);
  if (!key) co_return std::unexpected(key.error());

  if (*key) {
    auto answered = co_await answer_of_key(api, **key, request.request_id);
    if (!answered) co_return std::unexpected(answered.error());
    if (*answered) co_return **std::move(answered);
    const auto admitted = co_await api.idempotency.admit_new(**key);
    if (!admitted) co_return std::unexpected(admitted.error());
  }
  const auto answer = co_await api.operations.pay({.order_id = body->order_id,
                                                   .user_id = caller.user_id,
                                                   .source = body->source,
                                                   .idempotency_key = *key,
                                                   .traceparent = request.traceparent});
  if (*key) {
    // From the key, not from this call: another request with the key may have made the attempt.
    auto answered = co_await answer_of_key(api, **key, request.request_id);
    if (!answered) co_return std::unexpected(answered.error());
    if (*answered) co_return **std::move(answered);
  }
  co_return to_response(answer, request.request_id);
}

}  // namespace

http::Routes routes(const Api& api, identity::Identity& identity) {
  return {{"POST", "/api/payments",
           identity.signed_in([&api](const http::Request& request, const Caller& caller) {
             return pay(api, request, caller);
           })}};
}

}  // namespace ticketing::payments::attempts
