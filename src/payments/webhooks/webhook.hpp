// Stripe's webhooks: their signatures (stripe.com/docs/webhooks/signature), HMAC-SHA256 over the
// raw body, and the content of an event. No I/O.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/backoff.hpp"
#include "common/base/clock.hpp"
#include "common/base/described.hpp"

namespace ticketing::payments::webhooks {

inline constexpr std::chrono::seconds webhook_tolerance{300};

// An event that cannot be acted on is tried again after these pauses, and given up after them all.
inline constexpr Backoff webhook_backoff{.shortest = Milliseconds{250},
                                         .longest = Milliseconds{60'000},
                                         .growth = Backoff::Growth::linear};
inline constexpr std::int64_t webhook_retries_max = 200;
inline constexpr Milliseconds webhook_retry_time = webhook_backoff.total(webhook_retries_max);
// More than a try takes: four calls of the gateway, of 45 seconds at most. When it has not ended by
// then, its replica has died.
inline constexpr Milliseconds webhook_try_max{240'000};

// Whether `header` ("t=…,v1=…") signs `body` with `secret`, not more than the tolerance away from
// `now`. Compares in constant time. Without a secret nothing is ever valid.
bool is_signed(std::string_view secret, std::string_view header, std::string_view body,
               Timestamp now);

// What is stored of an event: which object it is about. Its content is not trusted; the object is
// fetched again.
struct WebhookEvent {
  std::string id;
  std::string type;       // "payment_intent.succeeded"
  std::string intent_id;  // the PaymentIntent concerned
  std::string object_id;  // of a dispute, the dispute
  std::int64_t attempts = 0;
  Timestamp received_at;
};
BOOST_DESCRIBE_STRUCT(WebhookEvent, (), (id, type, intent_id, object_id, attempts, received_at))
// Nothing when the body is not an event. `intent_id` is empty when the event is about none.
std::optional<WebhookEvent> read_webhook(std::string_view body);
// Whether events of this type are handled; others are answered and not stored.
bool is_handled(std::string_view type);

// The header that Stripe would send; for tests.
std::string sign_webhook(std::string_view secret, std::string_view body, Timestamp now);

}  // namespace ticketing::payments::webhooks
