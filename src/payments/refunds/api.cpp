#include "payments/refunds/api.hpp"

#include "common/http/problem.hpp"
#include "common/json/reader.hpp"
#include "contracts/limits.hpp"
#include "payments/refunds/refund_json.hpp"

namespace ticketing::payments::refunds {
namespace {

using identity::Caller;
using runtime::IdempotentRequests;

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

Task<Result<http::Response>> refund(const Api& api, const http::Request& request,
                                    const Caller& caller) {
  const auto terms = read_refund_body(request, caller);
  if (!terms) co_return std::unexpected(terms.error());
  const auto key = IdempotentRequests::key_of(request, caller.user_id);
  if (!key) co_return std::unexpected(key.error());

  Result<Refund> answer;
  bool attempted = false;
  if (*key) {
    const auto answered = co_await api.idempotency.find(**key);
    if (!answered) co_return std::unexpected(answered.error());
    if (*answered && (*answered)->status != 0)
      co_return IdempotentRequests::to_response(**answered);
    if (*answered) {
      answer = co_await api.operations.answer_of((*answered)->entity_id);
      attempted = true;
    } else {
      const auto admitted = co_await api.idempotency.admit_new(**key);
      if (!admitted) co_return std::unexpected(admitted.error());
    }
  }
  if (!attempted) {
    answer = co_await api.operations.refund({.order_id = request.path_param("id"),
                                             .terms = *terms,
                                             .idempotency_key = *key,
                                             .traceparent = request.traceparent});
  }
  const http::Response response =
      answer ? to_response(*answer) : http::problem_response(answer.error(), request.request_id);
  if (*key) co_await api.idempotency.settle(**key, response);
  co_return response;
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
