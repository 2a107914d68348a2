#include <charconv>

#include "admin/events_command.hpp"

namespace ticketing::admin {
namespace {

// "12h" before `now`.
std::optional<Timestamp> parse_age(const std::string& text, Timestamp now) {
  std::int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [unit, error] = std::from_chars(text.data(), end, count);
  constexpr std::int64_t count_max = 1'000'000;
  if (error != std::errc{} || unit + 1 != end || count < 0 || count > count_max) {
    return std::nullopt;
  }
  switch (*unit) {
    case 'm': return now - std::chrono::minutes{count};
    case 'h': return now - std::chrono::hours{count};
    case 'd': return now - std::chrono::hours{24 * count};
    default: return std::nullopt;
  }
}

// A time without its milliseconds, or a day without its time, is the beginning of it.
std::optional<Timestamp> parse_time(std::string text) {
  constexpr std::size_t day_size = std::string_view("2026-11-01").size();
  if (text.size() == day_size) text += "T00:00:00Z";
  if (text.ends_with("Z") && text.find('.') == std::string::npos) {
    text.insert(text.size() - 1, ".000");
  }
  return parse_iso8601(text);
}

}  // namespace

std::optional<Timestamp> parse_since(const std::string& text, Timestamp now) {
  auto since = parse_age(text, now);
  if (!since) since = parse_time(text);
  if (since && (*since > now || *since < Timestamp{})) return std::nullopt;
  return since;
}

}  // namespace ticketing::admin
