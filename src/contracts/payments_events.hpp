// The events of the payments service. Listened to by orders: payment.created asks it to complete
// the order; payment.failed tells that a completed order will not be paid after all;
// payment.refunded with `relist` that it is undone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/error.hpp"
#include "common/base/money.hpp"

namespace ticketing::contracts {

// What all of them carry.
struct PaymentFacts {
  std::string id;
  std::string order_id;
  std::string stripe_id;              // of the PaymentIntent, or of the sandbox's
  std::optional<std::string> reason;  // of a failure
};

// The money is held (authorised), not yet taken.
struct PaymentCreated : PaymentFacts {
  static constexpr std::string_view subject = "payment.created";
};
struct PaymentCaptured : PaymentFacts {
  static constexpr std::string_view subject = "payment.captured";
};
struct PaymentVoided : PaymentFacts {
  static constexpr std::string_view subject = "payment.voided";
};
// An authorised payment could not be captured.
struct PaymentFailed : PaymentFacts {
  static constexpr std::string_view subject = "payment.failed";
};
// Money went back to the buyer: a part of it, or the last part.
struct PaymentRefunded : PaymentFacts {
  static constexpr std::string_view subject = "payment.refunded";
  std::string refund_id;
  Money amount;         // of this refund
  Money refunded;       // altogether, with this one
  bool full = false;    // nothing of the payment is left
  bool relist = false;  // the ticket goes back on sale; only with `full`
};

std::string encode(const PaymentFacts& facts);
std::string encode(const PaymentRefunded& event);
Result<PaymentFacts> decode_payment(std::string_view json);
Result<PaymentRefunded> decode_payment_refunded(std::string_view json);

}  // namespace ticketing::contracts
