// A payment as the gateway knows it. No I/O: who asks for it is the gateway port's matter.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/money.hpp"

namespace ticketing::payments {

enum class IntentStatus {
  processing,       // the gateway does not know yet
  requires_action,  // its owner has to confirm
  held,             // authorised
  declined,
  taken,
  released,
};
std::string_view to_string(IntentStatus status);
std::optional<IntentStatus> parse_intent_status(std::string_view text);

// One payment as the gateway knows it (Stripe's PaymentIntent).
struct Intent {
  std::string id;
  std::string payment_id;  // empty when it is none of ours
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
