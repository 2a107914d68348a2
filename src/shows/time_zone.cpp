#include "shows/time_zone.hpp"

#include <date/tz.h>

#include <algorithm>

#include "common/base/assert.hpp"

namespace ticketing::shows {
namespace {

const date::time_zone* find(std::string_view name) {
  // The database has copies of itself with other seconds, and files of other kinds.
  const bool is_place = name.contains('/') && !name.starts_with("posix") &&
                        !name.starts_with("right") && !name.starts_with("SystemV");
  if (!is_place && name != "UTC") return nullptr;
  const auto& zones = date::get_tzdb().zones;
  const auto found = std::ranges::find_if(
      zones, [name](const date::time_zone& zone) { return zone.name() == name; });
  return found == zones.end() ? nullptr : &*found;
}

}  // namespace

bool is_time_zone(std::string_view name) { return find(name) != nullptr; }

std::chrono::seconds utc_offset(std::string_view zone, Timestamp at) {
  const date::time_zone* found = find(zone);
  TICKETING_ASSERT(found != nullptr);
  return found->get_info(std::chrono::floor<std::chrono::seconds>(at)).offset;
}

std::chrono::sys_days local_day(std::string_view zone, Timestamp at) {
  return std::chrono::floor<std::chrono::days>(at + utc_offset(zone, at));
}

}  // namespace ticketing::shows
