// Which of Stripe's answers settle a call and which ask for it to be sent again with the same key
// (stripe.com/docs/error-low-level). No I/O.
#pragma once

#include <optional>
#include <string_view>

#include "common/base/clock.hpp"

namespace ticketing::payments::stripe {

enum class Meaning {
  final,      // what it says holds
  not_done,   // refused before anything happened: too many requests, or our key is not accepted
  undecided,  // it may have happened, or is happening: 409, 5xx
};
Meaning meaning_of(int status);

// Whether to send the same call again. Stripe-Should-Retry, when there is one, knows best; after
// that 409, 429 and 5xx.
bool should_retry(int status, std::optional<std::string_view> stripe_should_retry);

// The pause before the attempt after `attempts` of them: doubles from half a second, less up to a
// half of it by `fraction` (0 to 1), so that many callers do not come back at once.
Milliseconds pause_after(int attempts, Milliseconds first, double fraction);

}  // namespace ticketing::payments::stripe
