#include "payments/stripe/answers.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace ticketing::payments::stripe {
namespace {

namespace bj = boost::json;

std::optional<bj::value> parse(std::string_view json) {
  boost::system::error_code fault;
  bj::value value = bj::parse(json, fault);
  if (fault || !value.is_object()) return std::nullopt;
  return value;
}

const bj::value* member(const bj::object& object, std::string_view name) {
  return object.if_contains(name);
}

std::string text(const bj::object& object, std::string_view name) {
  const bj::value* value = member(object, name);
  const bj::string* found = value == nullptr ? nullptr : value->if_string();
  return found == nullptr ? "" : std::string(found->data(), found->size());
}

std::int64_t integer(const bj::object& object, std::string_view name) {
  const bj::value* value = member(object, name);
  const std::int64_t* found = value == nullptr ? nullptr : value->if_int64();
  return found == nullptr ? 0 : *found;
}

// The object within; an empty one when there is none.
const bj::object& inner(const bj::object& object, std::string_view name) {
  static const bj::object none;
  const bj::value* value = member(object, name);
  const bj::object* found = value == nullptr ? nullptr : value->if_object();
  return found == nullptr ? none : *found;
}

IntentStatus status_of(const std::string& status) {
  if (status == "requires_capture") return IntentStatus::held;
  if (status == "requires_action") return IntentStatus::requires_action;
  if (status == "requires_payment_method" || status == "requires_confirmation")
    return IntentStatus::declined;
  if (status == "canceled") return IntentStatus::released;
  if (status == "succeeded") return IntentStatus::taken;
  return IntentStatus::processing;
}

std::string code_of(const bj::object& error) {
  std::string code = text(error, "decline_code");
  return code.empty() ? text(error, "code") : code;
}

std::optional<Intent> to_intent(const bj::object& object) {
  Intent intent{.id = text(object, "id"), .status = status_of(text(object, "status"))};
  if (intent.id.empty()) return std::nullopt;
  const bj::object& metadata = inner(object, "metadata");
  intent.payment_id = text(metadata, "payment_id");
  intent.order_id = text(metadata, "order_id");
  intent.amount.cents = integer(object, "amount");
  intent.captured.cents = integer(object, "amount_received");
  // There when it was asked for with expand[]=latest_charge.
  intent.refunded.cents = integer(inner(object, "latest_charge"), "amount_refunded");
  intent.failure = code_of(inner(object, "last_payment_error"));
  intent.client_secret = text(object, "client_secret");
  intent.created_at = from_millis(integer(object, "created") * 1'000);
  return intent;
}

std::optional<GatewayRefund> to_refund(const bj::object& object) {
  GatewayRefund refund{.id = text(object, "id"),
                       .refund_id = text(inner(object, "metadata"), "refund_id"),
                       .amount = Money{.cents = integer(object, "amount")}};
  if (refund.id.empty()) return std::nullopt;
  const std::string status = text(object, "status");
  refund.succeeded = status == "succeeded" || status == "pending";
  return refund;
}

// Calls `take` with each object of a list; false when it is no list.
template <class Take>
bool each(const bj::value& list, Take take) {
  const bj::value* data = member(list.get_object(), "data");
  if (data == nullptr || !data->is_array()) return false;
  for (const bj::value& item : data->get_array()) {
    if (const bj::object* object = item.if_object()) take(*object);
  }
  return true;
}

}  // namespace

std::optional<Intent> read_intent(std::string_view json) {
  const auto value = parse(json);
  if (!value) return std::nullopt;
  return to_intent(value->get_object());
}

std::optional<IntentPage> read_intents(std::string_view json) {
  const auto value = parse(json);
  IntentPage page;
  const bool is_list = value && each(*value, [&](const bj::object& object) {
                         if (auto intent = to_intent(object))
                           page.intents.push_back(*std::move(intent));
                       });
  if (!is_list) return std::nullopt;
  const bj::value* more = member(value->get_object(), "has_more");
  if (more != nullptr && more->is_bool() && more->get_bool() && !page.intents.empty()) {
    page.next = page.intents.back().id;
  }
  return page;
}

std::optional<GatewayRefund> read_refund(std::string_view json) {
  const auto value = parse(json);
  if (!value) return std::nullopt;
  return to_refund(value->get_object());
}

std::optional<std::vector<GatewayRefund>> read_refunds(std::string_view json) {
  const auto value = parse(json);
  std::vector<GatewayRefund> refunds;
  const bool is_list = value && each(*value, [&](const bj::object& object) {
                         if (auto refund = to_refund(object)) refunds.push_back(*std::move(refund));
                       });
  if (!is_list) return std::nullopt;
  return refunds;
}

ApiError read_error(std::string_view json) {
  const auto value = parse(json);
  if (!value) return {};
  const bj::object& error = inner(value->get_object(), "error");
  return {.type = text(error, "type"), .code = code_of(error), .message = text(error, "message")};
}

}  // namespace ticketing::payments::stripe
