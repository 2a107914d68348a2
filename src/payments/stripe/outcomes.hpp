// What Stripe's answers mean for a payment. No I/O.
#pragma once

#include "payments/gateway.hpp"
#include "payments/stripe/answers.hpp"
#include "payments/stripe/connection.hpp"

namespace ticketing::payments::stripe {

// What became of an authorisation, by the state of its PaymentIntent.
AuthorizeOutcome authorize_outcome(const Intent& intent);
// By the answer to the request that made it.
AuthorizeOutcome authorize_outcome(const Reply& reply);
// What became of a capture or a release that was refused, by the state found afterwards.
CaptureOutcome capture_outcome(const Intent& intent, const ApiError& refusal);
ReleaseOutcome release_outcome(const Intent& intent, const ApiError& refusal);
RefundOutcome refund_outcome(const Reply& reply);

// The key was used with other parameters: the answer says nothing about what was asked for with it.
bool is_reused_key(const Reply& reply);
// Stripe has stored a failure under the key, so another request with it gets no other answer.
bool is_stored_failure(const ApiResult& result);

// NotSent or Unknown, in any outcome.
template <class Outcome>
Outcome no_answer(const ApiFailure& failure) {
  if (failure.maybe_done) return Unknown{.reason = failure.reason};
  return NotSent{.reason = failure.reason};
}

}  // namespace ticketing::payments::stripe
