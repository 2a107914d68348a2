// The calendar of a buyer: the shows that they have tickets for. No I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/random.hpp"
#include "contracts/calendar.hpp"

namespace ticketing::orders::calendar {

// A show stays in the calendar for so long after it was over.
inline constexpr std::chrono::days past_kept{90};
// The latest of a buyer's orders whose shows are in the calendar.
inline constexpr std::int64_t orders_max = 1'000;

// The copy of a show, made from events.
struct ShowPlace {
  std::string id;
  std::int64_t version = 0;
  std::string name;
  std::string venue;
  std::string city;
  std::string country;
  contracts::ShowPlan status = contracts::ShowPlan::scheduled;
  Timestamp starts_at;
  std::optional<Timestamp> ends_at{};
  Timestamp over_at;
  std::optional<std::string> merged_into{};  // the show that stands for it
  Timestamp changed_at;
};
BOOST_DESCRIBE_STRUCT(ShowPlace, (),
                      (id, version, name, venue, city, country, status, starts_at, ends_at, over_at,
                       merged_into, changed_at))

// The secret of a calendar's address. Only its digest is kept.
struct Key {
  std::string text;
  std::string digest;
};
Key make_key(Random& random);
// Nothing for what is no key.
std::optional<std::string> digest_of(std::string_view key);

// `tickets`: how many the buyer has for it.
contracts::CalendarShow entry_of(const ShowPlace& show, std::int64_t tickets);

}  // namespace ticketing::orders::calendar
