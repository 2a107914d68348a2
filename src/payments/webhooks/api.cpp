#include "payments/webhooks/api.hpp"

namespace ticketing::payments::webhooks {
namespace {

Task<Result<http::Response>> receive(Operations& operations, const http::Request& request) {
  const auto signature = request.headers.find("Stripe-Signature");
  const auto received =
      co_await operations.receive(std::string(signature.value_or("")), request.body);
  if (!received) co_return std::unexpected(received.error());
  co_return http::json_response(200, R"({"received":true})");
}

}  // namespace

http::Routes routes(Operations& operations) {
  return {{"POST", "/api/payments/webhook",
           [&operations](const http::Request& request) { return receive(operations, request); }}};
}

}  // namespace ticketing::payments::webhooks
