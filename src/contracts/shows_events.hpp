// The events of the shows service. Listened to by tickets, which keeps a copy of each show.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "contracts/codec.hpp"

namespace ticketing::contracts {

// A show as it is now. It is over at `overAt` unless it is postponed or cancelled.
struct ShowFacts {
  struct Venue {
    std::string name;
    std::string city;
    std::string country;
    std::string time_zone;
  };
  std::string id;
  std::int64_t version = 0;
  std::string name;
  std::string category;
  std::string status;  // "scheduled", "postponed", "cancelled"
  Venue venue;
  Timestamp starts_at;
  std::optional<Timestamp> ends_at;
  Timestamp over_at;
  std::optional<std::int64_t> price_cap_percent;  // of the face value; absent: no cap
  std::string user_id;                            // its maker
};
BOOST_DESCRIBE_STRUCT(ShowFacts::Venue, (), (name, city, country, time_zone))
BOOST_DESCRIBE_STRUCT(ShowFacts, (),
                      (id, version, name, category, status, venue, starts_at, ends_at, over_at,
                       price_cap_percent, user_id))

// Version 0.
struct ShowCreated : ShowFacts {
  static constexpr std::string_view subject = "show.created";
};
BOOST_DESCRIBE_STRUCT(ShowCreated, (ShowFacts), ())
// Changed, moved, postponed, cancelled, or merged into another.
struct ShowUpdated : ShowFacts {
  static constexpr std::string_view subject = "show.updated";
  std::optional<std::string> merged_into;  // the show that stands for it from now on
};
BOOST_DESCRIBE_STRUCT(ShowUpdated, (ShowFacts), (merged_into))

}  // namespace ticketing::contracts
