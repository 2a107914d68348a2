#include "common/limits/limit.hpp"

#include <fmt/format.h>

namespace ticketing::limits {
namespace {

// 20000 → "20,000"
std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string in_words(const Cap& cap) {
  if (cap.standard == 0 && cap.setting.empty()) return "–";
  std::string text = grouped(cap.standard);
  if (!cap.unit.empty()) text += fmt::format(" {}", cap.unit);
  if (!cap.setting.empty()) text += fmt::format(" (`{}`)", cap.setting);
  return text;
}

}  // namespace

std::int64_t Cap::read(Environment& environment) const {
  if (setting.empty()) return standard;
  return environment.integer(std::string(setting), standard, 0, most);
}

std::string Limit::to_markdown() const {
  return fmt::format("| {} | {} | {} | {} | {} |", resource, in_words(per_address),
                     in_words(per_user), in_words(in_all), answer);
}

std::string settings_help(const Limits& limits) {
  std::string text;
  const auto add = [&text](const Limit& limit, const Cap& cap, std::string_view whose) {
    if (cap.setting.empty()) return;
    const std::string unit = cap.unit.empty() ? "" : fmt::format(" {}", cap.unit);
    text += fmt::format("  {:<23} {}{}{} (default {}; 0: no limit)\n", cap.setting, limit.resource,
                        unit, whose, cap.standard);
  };
  for (const Limit& limit : limits) {
    add(limit, limit.per_address, ", an address");
    add(limit, limit.per_user, ", a user");
    add(limit, limit.in_all, ", in all");
  }
  return text;
}

}  // namespace ticketing::limits
