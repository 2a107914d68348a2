#include "payments/refunds/api.hpp"

#include "common/json/reader.hpp"
#include "contracts/limits.hpp"
#include "payments/refunds/refund_json.hpp"

namespace ticketing::payments::refunds {
namespace {

using identity::Caller;

Result<RefundTerms> read_refund_body(const http::Request& request, const Caller& caller) {
  RefundTerms terms{.requested_by = RefundRequester::buyer, .user_id = caller.user_id};
  if (request.body.empty()) return terms;
  auto reader = json::Reader::parse(request.body);
  if (!reader) return std::unexpected(reader.error());
  if (reader->has("amount")) {
    terms.amount = reader->money("amount", contracts::price_cents_min, contracts::price_cents_max);
  }
  if (reader->has("relist")) terms.relist = reader->boolean("relist");
  if (auto error = reader->error()) return std::unexpected(*std::move(error));
  return terms;
}

Task<Result<http::Response>> answer_of(Operations& operations, std::string refund_id) {
  const auto answer = co_await operations.answer_of(std::move(refund_id));
  if (!answer) co_return std::unexpected(answer.error());
  co_return to_response(*answer);
}

Task<Result<std::optional<http::Response>>> make_refund(Operations& operations,
                                                        RefundRequest body) {
  const auto answer = co_await operations.refund(std::move(body));
  if (!answer) co_return std::unexpected(answer.error());
  co_return to_response(*answer);
}

Task<Result<http::Response>> refund(const Api& api, const http::Request& request,
                                    const Caller& caller) {
  const auto terms = read_refund_body(request, caller);
  if (!terms) co_return std::unexpected(terms.error());
  co_return co_await api.idempotency.answer_once(
      request, caller.user_id,
      [&](const std::optional<db::IdempotencyKey>& key) {
        return make_refund(
            api.operations,
            {.order_id = request.path_param("id"), .terms = *terms, .idempotency_key = key});
      },
      [&](const std::string& refund_id) { return answer_of(api.operations, refund_id); });
}

Task<Result<http::Response>> refundable(const Api& api, const http::Request& request,
                                        const Caller& caller) {
  const std::string order_id = request.path_param("id");
  const auto answer = co_await api.operations.refundable(order_id, caller.user_id);
  if (!answer) co_return std::unexpected(answer.error());
  co_return to_response(order_id, *answer);
}

}  // namespace

http::Routes routes(const Api& api, identity::Identity& identity) {
  return {{"GET", "/api/orders/:id/refund",
           identity.signed_in([&api](const http::Request& request, const Caller& caller) {
             return refundable(api, request, caller);
           })},
          {"POST", "/api/orders/:id/refund",
           identity.signed_in([&api](const http::Request& request, const Caller& caller) {
             return refund(api, request, caller);
           })}};
}

}  // namespace ticketing::payments::refunds
