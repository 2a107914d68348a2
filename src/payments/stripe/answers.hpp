// Reads Stripe's answers: PaymentIntents, refunds, errors. No I/O. Fields that are missing or have
// another type are read as empty; an object without an id is not read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "payments/gateway.hpp"

namespace ticketing::payments::stripe {

std::optional<Intent> read_intent(std::string_view json);
// The pages of GET /v1/payment_intents and of its search.
std::optional<IntentPage> read_intents(std::string_view json);

std::optional<GatewayRefund> read_refund(std::string_view json);
std::optional<std::vector<GatewayRefund>> read_refunds(std::string_view json);

// The body of a 4xx (stripe.com/docs/api/errors).
struct ApiError {
  std::string type;  // "card_error", "invalid_request_error", "idempotency_error"
  std::string code;  // the decline_code of a declined card if there is one, else the code
  std::string message;
};
ApiError read_error(std::string_view json);

}  // namespace ticketing::payments::stripe
