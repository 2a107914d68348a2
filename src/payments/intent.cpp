#include "payments/intent.hpp"

#include <array>
#include <utility>

namespace ticketing::payments {
namespace {

constexpr std::array<std::pair<IntentStatus, std::string_view>, 6> names{{
    {IntentStatus::processing, "processing"},
    {IntentStatus::requires_action, "requires_action"},
    {IntentStatus::held, "held"},
    {IntentStatus::declined, "declined"},
    {IntentStatus::taken, "taken"},
    {IntentStatus::released, "released"},
}};

}  // namespace

std::string_view to_string(IntentStatus status) {
  return names[static_cast<std::size_t>(status)].second;
}

std::optional<IntentStatus> parse_intent_status(std::string_view text) {
  for (const auto& [status, name] : names) {
    if (name == text) return status;
  }
  return std::nullopt;
}

}  // namespace ticketing::payments
