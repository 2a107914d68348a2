// Stripe's webhook signatures (stripe.com/docs/webhooks/signature): HMAC-SHA256 over the raw body.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"

namespace ticketing::payments {

inline constexpr std::chrono::seconds webhook_tolerance{300};

// Whether `header` ("t=…,v1=…") signs `body` with `secret`, not more than the tolerance away from
// `now`. Compares in constant time. Without a secret nothing is ever valid.
bool is_signed(std::string_view secret, std::string_view header, std::string_view body,
               Timestamp now);

// The header that Stripe would send; for tests.
std::string sign_webhook(std::string_view secret, std::string_view body, Timestamp now);

}  // namespace ticketing::payments
