// Which of Stripe's answers settle a call and which ask for it to be sent again with the same key
// (stripe.com/docs/error-low-level). No I/O.
#pragma once

#include <optional>
#include <string_view>

namespace ticketing::payments::stripe {

enum class Meaning {
  final,      // it decides the call
  not_done,   // refused before anything happened: too many requests, or our key is not accepted
  undecided,  // it may have happened, or is happening: 409, 5xx
};
Meaning meaning_of(int status);

// Whether to send the same call again. Stripe-Should-Retry decides if it is there;
// otherwise 409, 429 and 5xx are sent again.
bool should_retry(int status, std::optional<std::string_view> stripe_should_retry);

}  // namespace ticketing::payments::stripe
