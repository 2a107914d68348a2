#include "payments/intent.hpp"

#include "common/base/names.hpp"

namespace ticketing::payments {
namespace {

constexpr Names<IntentStatus, 6> names{{
    {IntentStatus::processing, "processing"},
    {IntentStatus::requires_action, "requires_action"},
    {IntentStatus::held, "held"},
    {IntentStatus::declined, "declined"},
    {IntentStatus::taken, "taken"},
    {IntentStatus::released, "released"},
}};

}  // namespace

std::string_view to_string(IntentStatus status) { return name_of(names, status); }

std::optional<IntentStatus> parse_intent_status(std::string_view text) {
  return value_named(names, text);
}

}  // namespace ticketing::payments
