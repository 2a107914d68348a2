// The port to whoever moves the money: Stripe, or the sandbox that stands in for it. Every call
// carries a key; the same key has one effect, however often it is called.
#pragma once

#include <string>
#include <variant>

#include "common/async/task.hpp"
#include "common/base/money.hpp"

namespace ticketing::payments {

struct AuthorizeRequest {
  std::string payment_id;
  std::string order_id;
  std::string source;  // card token
  Money amount;
  std::string idempotency_key;  // one per attempt, stored before the call
};

struct Authorized {
  std::string stripe_id;
};
// The card was refused; final for this attempt.
struct Declined {
  std::string code;  // as Stripe documents it: "insufficient_funds"
};
struct Captured {};
struct Released {};
// The gateway says no, for good: an authorisation that has lapsed, for example.
struct Refused {
  std::string code;
};
// The call never left: nothing has happened.
struct NotSent {
  std::string reason;
};
// No answer came: it may or may not have happened. Ask again with the same key.
struct Unknown {
  std::string reason;
};

using AuthorizeOutcome = std::variant<Authorized, Declined, NotSent, Unknown>;
using CaptureOutcome = std::variant<Captured, Refused, NotSent, Unknown>;
using ReleaseOutcome = std::variant<Released, Refused, NotSent, Unknown>;

class PaymentGateway {
 public:
  virtual ~PaymentGateway() = default;

  // Holds the amount on the card. None of the calls throws for anything the gateway does.
  virtual Task<AuthorizeOutcome> authorize(AuthorizeRequest request) = 0;
  // Takes what is held.
  virtual Task<CaptureOutcome> capture(std::string stripe_id, std::string idempotency_key) = 0;
  // Lets go of what is held.
  virtual Task<ReleaseOutcome> release(std::string stripe_id, std::string idempotency_key) = 0;
};

}  // namespace ticketing::payments
