#include "payments/stripe/outcomes.hpp"

#include "common/base/log.hpp"

namespace ticketing::payments::stripe {
namespace {

std::string code_or(std::string code, const char* otherwise) {
  return code.empty() ? otherwise : std::move(code);
}

}  // namespace

AuthorizeOutcome authorize_outcome(const Intent& intent) {
  switch (intent.status) {
    case IntentStatus::held:
    case IntentStatus::taken: return Authorized{.stripe_id = intent.id};
    case IntentStatus::requires_action:
      return RequiresAction{.stripe_id = intent.id, .client_secret = intent.client_secret};
    case IntentStatus::declined:
      return Declined{.code = code_or(intent.failure, "generic_decline")};
    case IntentStatus::released: return Declined{.code = code_or(intent.failure, "canceled")};
    case IntentStatus::processing: break;
  }
  return Unknown{.reason = "Stripe has not decided yet"};
}

AuthorizeOutcome authorize_outcome(const Reply& reply) {
  if (reply.status < 300) {
    const auto intent = read_intent(reply.body);
    if (!intent) return Unknown{.reason = "Stripe's answer cannot be read"};
    return authorize_outcome(*intent);
  }
  if (is_reused_key(reply)) {
    // The first request with this key was different: that is a fault in this program.
    log::error("the idempotency key was used with other parameters before");
    return Unknown{.reason = "idempotency key reused"};
  }
  const ApiError error = read_error(reply.body);
  return Declined{.code = code_or(error.code, "invalid_request")};
}

CaptureOutcome capture_outcome(const Intent& intent, const ApiError& refusal) {
  switch (intent.status) {
    case IntentStatus::taken: return Captured{};
    case IntentStatus::released:
    case IntentStatus::declined: return Refused{.code = code_or(refusal.code, "capture_refused")};
    case IntentStatus::held:
    case IntentStatus::requires_action:
    case IntentStatus::processing: break;
  }
  return Unknown{.reason = "Stripe refused, but still holds the amount"};
}

ReleaseOutcome release_outcome(const Intent& intent, const ApiError& refusal) {
  switch (intent.status) {
    case IntentStatus::released: return Released{};
    case IntentStatus::taken: return Refused{.code = code_or(refusal.code, "already_captured")};
    case IntentStatus::held:
    case IntentStatus::declined:
    case IntentStatus::requires_action:
    case IntentStatus::processing: break;
  }
  return Unknown{.reason = "Stripe refused, but has not released the amount"};
}

RefundOutcome refund_outcome(const Reply& reply) {
  if (reply.status < 300) {
    const auto refund = read_refund(reply.body);
    if (!refund) return Unknown{.reason = "Stripe's answer cannot be read"};
    if (!refund->succeeded) return Refused{.code = "refund_failed"};
    return Refunded{.stripe_id = refund->id};
  }
  const ApiError error = read_error(reply.body);
  return Refused{.code = code_or(error.code, "refund_refused")};
}

bool is_reused_key(const Reply& reply) {
  return reply.status >= 300 && read_error(reply.body).type == "idempotency_error";
}

bool is_stored_failure(const ApiResult& result) {
  if (!result) return result.error().is_settled;
  return (result->is_replayed && result->status >= 300) || is_reused_key(*result);
}

}  // namespace ticketing::payments::stripe
