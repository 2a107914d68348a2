#include "orders/calendar/calendar.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>

#include "common/base/digest.hpp"
#include "common/base/text.hpp"

namespace ticketing::orders::calendar {
namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t key_characters = 43;  // in base64url

}  // namespace

Key make_key(Random& random) {
  std::array<std::byte, key_bytes> bytes{};
  random.fill(bytes);
  const std::string text = to_base64url(bytes);
  return {.text = text, .digest = sha256_hex(text)};
}

std::optional<std::string> digest_of(std::string_view key) {
  if (key.size() != key_characters) return std::nullopt;
  return sha256_hex(key);
}

contracts::CalendarShow entry_of(const ShowPlace& show, std::int64_t tickets) {
  return {.id = show.id,
          .version = show.version,
          .name = show.name,
          .place = fmt::format("{}, {}, {}", show.venue, show.city, show.country),
          .starts_at = show.starts_at,
          .ends_at = show.ends_at,
          .plan = show.status,
          .changed_at = show.changed_at,
          .description =
              tickets == 1 ? "You have 1 ticket." : fmt::format("You have {} tickets.", tickets)};
}

}  // namespace ticketing::orders::calendar
