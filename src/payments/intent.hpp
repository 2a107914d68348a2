// The gateway's record of a payment (Stripe's PaymentIntent). No I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/money.hpp"

namespace ticketing::payments {

enum class IntentStatus {
  processing,       // not decided yet
  requires_action,  // its owner has to confirm
  held,             // authorised
  declined,
  taken,
  released,
};
std::string_view to_string(IntentStatus status);
std::optional<IntentStatus> parse_intent_status(std::string_view text);

struct Intent {
  std::string id;
  std::string payment_id;  // empty when another program made it
  std::string order_id;
  IntentStatus status = IntentStatus::processing;
  Money amount;
  Money captured;
  Money refunded;
  std::string failure;        // code of a decline, or empty
  std::string client_secret;  // of one that requires action
  Timestamp created_at;
};

}  // namespace ticketing::payments
