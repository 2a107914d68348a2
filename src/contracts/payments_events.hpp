// The events of the payments service. Listened to by orders: payment.created asks it to complete
// the order; payment.failed tells that a completed order will not be paid after all.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/error.hpp"

namespace ticketing::contracts {

// What all four carry.
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

std::string encode(const PaymentFacts& facts);
Result<PaymentFacts> decode_payment(std::string_view json);

}  // namespace ticketing::contracts
