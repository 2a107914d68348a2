#include "payments/webhooks/webhook.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>

#include "common/base/digest.hpp"
#include "common/base/text.hpp"

namespace ticketing::payments::webhooks {
namespace {

std::string signature(std::string_view secret, std::string_view timestamp, std::string_view body) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes(secret), secret.size());
  crypto_auth_hmacsha256_update(&state, bytes(timestamp), timestamp.size());
  crypto_auth_hmacsha256_update(&state, bytes("."), 1);
  crypto_auth_hmacsha256_update(&state, bytes(body), body.size());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256_final(&state, mac.data());
  return to_hex(std::as_bytes(std::span(mac)));
}

}  // namespace

bool is_signed(std::string_view secret, std::string_view header, std::string_view body,
               Timestamp now) {
  if (secret.empty() || header.size() > 1'024) return false;
  std::string_view timestamp;
  for (std::string_view rest = header; !rest.empty();) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view part = trim(rest.substr(0, comma));
    if (part.starts_with("t=")) timestamp = part.substr(2);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  std::int64_t seconds = 0;
  const auto [end, fault] =
      std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), seconds);
  if (timestamp.empty() || fault != std::errc{} || end != timestamp.data() + timestamp.size())
    return false;
  const std::int64_t now_seconds = to_millis(now) / 1'000;
  if (seconds < now_seconds - webhook_tolerance.count() ||
      seconds > now_seconds + webhook_tolerance.count()) {
    return false;
  }
  const std::string expected = signature(secret, timestamp, body);
  bool valid = false;
  // Several v1 signatures stand in the header while a secret is being changed.
  for (std::string_view rest = header; !rest.empty();) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view part = trim(rest.substr(0, comma));
    if (part.starts_with("v1=") && equals_in_constant_time(part.substr(3), expected)) valid = true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return valid;
}

namespace {

constexpr std::size_t id_bytes_max = 255;

std::string text_of(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  const boost::json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr || text->size() > id_bytes_max ? ""
                                                        : std::string(text->data(), text->size());
}

const boost::json::object* object_of(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

constexpr std::array<std::string_view, 7> types{
    "payment_intent.succeeded",       "payment_intent.amount_capturable_updated",
    "payment_intent.payment_failed",  "payment_intent.canceled",
    "payment_intent.requires_action", "charge.refunded",
    "charge.dispute.created"};

}  // namespace

std::optional<WebhookEvent> read_webhook(std::string_view body) {
  boost::json::parse_options options;
  options.max_depth = 32;
  boost::system::error_code fault;
  const boost::json::value value = boost::json::parse(body, fault, {}, options);
  if (fault || !value.is_object()) return std::nullopt;
  WebhookEvent event{.id = text_of(value.get_object(), "id"),
                     .type = text_of(value.get_object(), "type")};
  const boost::json::object* data = object_of(value.get_object(), "data");
  const boost::json::object* about = data == nullptr ? nullptr : object_of(*data, "object");
  if (event.id.empty() || event.type.empty() || about == nullptr) return std::nullopt;
  event.object_id = text_of(*about, "id");
  event.intent_id = event.type.starts_with("payment_intent.") ? event.object_id
                                                              : text_of(*about, "payment_intent");
  return event;
}

bool is_handled(std::string_view type) { return std::ranges::find(types, type) != types.end(); }

std::string sign_webhook(std::string_view secret, std::string_view body, Timestamp now) {
  const std::string timestamp = std::to_string(to_millis(now) / 1'000);
  return "t=" + timestamp + ",v1=" + signature(secret, timestamp, body);
}

}  // namespace ticketing::payments::webhooks
