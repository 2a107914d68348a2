// The gateway's record of a payment (Stripe's PaymentIntent). No I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
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
BOOST_DESCRIBE_ENUM(IntentStatus, processing, requires_action, held, declined, taken, released)

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
