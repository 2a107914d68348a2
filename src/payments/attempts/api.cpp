#include "payments/attempts/api.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/id.hpp"
#include "common/json/reader.hpp"
#include "common/json/writer.hpp"
#include "common/limits/caller.hpp"

namespace ticketing::payments::attempts {
namespace {

using identity::Caller;

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
    if (!is_uuid(body.order_id))
      reader->fault("orderId", {codes::not_an_id(), "must be the id of an order"});
    const bool visible =
        std::ranges::all_of(body.source, [](char c) { return c > 0x20 && c < 0x7f; });
    if (body.source.empty() || body.source.size() > source_bytes_max || !visible) {
      const std::string field = payment_method ? "paymentMethodId" : "token";
      reader->fault(field,
                    {codes::not_visible_ascii(1, source_bytes_max),
                     fmt::format("must have 1 to {} visible ASCII characters", source_bytes_max)});
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

Task<Result<http::Response>> answer_of(Operations& operations, std::string payment_id) {
  const auto answer = co_await operations.answer_of(std::move(payment_id));
  if (!answer) co_return std::unexpected(answer.error());
  co_return to_response(*answer);
}

Task<Result<std::optional<http::Response>>> make_payment(Operations& operations, PayRequest body) {
  const auto answer = co_await operations.pay(std::move(body));
  if (!answer) co_return std::unexpected(answer.error());
  co_return to_response(*answer);
}

Task<Result<http::Response>> pay(const Api& api, const http::Request& request,
                                 const Caller& caller) {
  const auto body = read_pay_body(request);
  if (!body) co_return std::unexpected(body.error());
  const Payer payer{.user_id = caller.user_id,
                    .address = limits::Caller::address(request.remote_address).key()};
  co_return co_await api.idempotency.answer_once(
      request, caller.user_id,
      [&](const std::optional<db::IdempotencyKey>& key) {
        return make_payment(api.operations, {.order_id = body->order_id,
                                             .payer = payer,
                                             .source = body->source,
                                             .idempotency_key = key});
      },
      [&](const std::string& payment_id) { return answer_of(api.operations, payment_id); });
}

}  // namespace

http::Routes routes(const Api& api, identity::Identity& identity) {
  return {{"POST", "/api/payments",
           identity.verified([&api](const http::Request& request, const Caller& caller) {
             return pay(api, request, caller);
           })}};
}

}  // namespace ticketing::payments::attempts
