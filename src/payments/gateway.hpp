// The port to the payment gateway: Stripe, or the sandbox that takes its place. Every call that
// changes something carries an idempotency key: calls with the same key have one effect.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/async/task.hpp"
#include "common/base/clock.hpp"
#include "common/base/money.hpp"
#include "payments/intent.hpp"

namespace ticketing::payments {

struct AuthorizeRequest {
  std::string payment_id;
  std::string order_id;
  std::string source;  // card token or payment method
  Money amount;
  std::string idempotency_key;  // one per attempt, stored before the call
  Timestamp created_at;         // of the attempt
};

struct Authorized {
  std::string stripe_id;
};
// The card's owner has to confirm with their bank, in the browser; look_up() gives the outcome.
struct RequiresAction {
  std::string stripe_id;
  std::string client_secret;
};
// The card was refused; final for this attempt.
struct Declined {
  std::string code;  // as Stripe documents it: "insufficient_funds"
};
struct Captured {};
struct Released {};
struct Refunded {
  std::string stripe_id;  // of the refund
};
// The gateway refused, and will refuse again: the authorisation has lapsed, for example.
struct Refused {
  std::string code;
};
// The call was not sent: nothing has happened.
struct NotSent {
  std::string reason;
};
// No answer came: the call may have had its effect or not. Call again with the same key.
struct Unknown {
  std::string reason;
};

using AuthorizeOutcome = std::variant<Authorized, RequiresAction, Declined, NotSent, Unknown>;
using CaptureOutcome = std::variant<Captured, Refused, NotSent, Unknown>;
using ReleaseOutcome = std::variant<Released, Refused, NotSent, Unknown>;
using RefundOutcome = std::variant<Refunded, Refused, NotSent, Unknown>;

struct NoSuchIntent {};
using LookUpOutcome = std::variant<Intent, NoSuchIntent, NotSent, Unknown>;

struct RefundCall {
  std::string payment_id;
  std::string refund_id;
  std::string stripe_id;  // of the payment
  Money amount;
  std::string idempotency_key;
  Timestamp begun_at;  // no call was made before: a gateway forgets keys
};

// The gateway's record of a refund; `refund_id` is empty unless we asked for it.
struct GatewayRefund {
  std::string id;
  std::string refund_id;
  Money amount;
  bool succeeded = false;  // or on its way; otherwise it failed
};
using RefundsOutcome = std::variant<std::vector<GatewayRefund>, NotSent, Unknown>;

// A page of the gateway's records of payments, newest first.
struct IntentPage {
  std::vector<Intent> intents;
  std::optional<std::string> next;  // cursor
};
using IntentPageOutcome = std::variant<IntentPage, NotSent, Unknown>;

class PaymentGateway {
 public:
  virtual ~PaymentGateway() = default;

  // No call throws because of what the gateway does or does not do.

  // Holds the amount on the card.
  virtual Task<AuthorizeOutcome> authorize(AuthorizeRequest request) = 0;
  // Takes the held amount.
  virtual Task<CaptureOutcome> capture(std::string stripe_id, std::string idempotency_key) = 0;
  // Releases the held amount, or cancels an attempt that its card's owner has not confirmed.
  virtual Task<ReleaseOutcome> release(std::string stripe_id, std::string idempotency_key) = 0;
  // Refunds the captured amount, or a part of it.
  virtual Task<RefundOutcome> refund(RefundCall call) = 0;

  virtual Task<LookUpOutcome> look_up(std::string stripe_id) = 0;
  // The refunds of one payment, at most a hundred.
  virtual Task<RefundsOutcome> refunds_of(std::string stripe_id) = 0;
  // Payments made from `from` on and before `to`.
  virtual Task<IntentPageOutcome> list(Timestamp from, Timestamp to,
                                       std::optional<std::string> cursor) = 0;
};

}  // namespace ticketing::payments
