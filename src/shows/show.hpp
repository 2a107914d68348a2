// A show, its venue and their rules: when it is over, who may change it. No I/O;
// the caller passes the time.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/error.hpp"
#include "common/base/money.hpp"
#include "common/base/patch.hpp"
#include "common/base/shown_text.hpp"
#include "contracts/limits.hpp"

namespace ticketing::shows {

enum class Category { concert, festival, club, theatre, comedy, sport, family, other };
BOOST_DESCRIBE_ENUM(Category, concert, festival, club, theatre, comedy, sport, family, other)

// What was decided about a show.
enum class Plan { scheduled, postponed, cancelled };
BOOST_DESCRIBE_ENUM(Plan, scheduled, postponed, cancelled)

// How a show stands: the plan, until it is over.
enum class ShowStatus { scheduled, postponed, cancelled, over };
BOOST_DESCRIBE_ENUM(ShowStatus, scheduled, postponed, cancelled, over)

struct Venue {
  std::string id;
  std::string name;
  std::string city;
  std::string country;    // ISO 3166-1 alpha-2
  std::string time_zone;  // IANA
};
BOOST_DESCRIBE_STRUCT(Venue, (), (id, name, city, country, time_zone))

struct Show {
  std::string id;
  std::int64_t version = 0;
  std::string name;
  Category category = Category::other;
  Plan plan = Plan::scheduled;
  Venue venue;
  Timestamp starts_at;
  std::optional<Timestamp> ends_at{};
  // Of the face value; nothing: as it is configured for all shows.
  std::optional<std::int64_t> price_cap_percent{};
  std::int64_t tickets_available = 0;
  std::optional<Money> price_from{};  // of the cheapest available ticket
  bool has_sales = false;             // a ticket of it was sold once
  std::string user_id;                // its maker
  std::optional<std::string> merged_into{};
  Timestamp created_at;
  std::optional<std::string> poster{};  // the id of its picture
};
BOOST_DESCRIBE_STRUCT(Show, (),
                      (id, version, name, category, plan, venue, starts_at, ends_at,
                       price_cap_percent, tickets_available, price_from, has_sales, user_id,
                       merged_into, created_at, poster))

// What people say of a venue.
struct VenueDetails {
  ShownText<120> name;
  ShownText<80> city;
  std::string country;
  std::string time_zone;
};
BOOST_DESCRIBE_STRUCT(VenueDetails, (), (name, city, country, time_zone))

// What people say of a show.
struct ShowDetails {
  ShownText<contracts::title_characters_max> name;
  Category category = Category::other;
  Timestamp starts_at;
  Patch<Timestamp> ends_at;
  Patch<std::int64_t> price_cap_percent;
};
BOOST_DESCRIBE_STRUCT(ShowDetails, (), (name, category, starts_at, ends_at, price_cap_percent))

inline constexpr std::chrono::years begins_within{5};
inline constexpr std::chrono::days lasts_at_most{31};
inline constexpr std::int64_t price_cap_percent_max = 1'000;

// A show is over when it ends. One without a known end is taken to be so long.
inline constexpr std::chrono::hours assumed_length{6};
Timestamp over_at(const Show& show);
ShowStatus status_of(const Show& show, Timestamp now);

// Adds those about fields in which `error` has none.
void add_faults(std::optional<Error>& error, const Error& more);

// Refuses a country that is not two letters and a name that is no time zone.
Result<void> check(const VenueDetails& venue);

// A new show. Refuses times that are not possible: see check_times().
Result<Show> make_show(std::string id, const ShowDetails& details, const Venue& venue,
                       std::string user_id, Timestamp now);

// Why this user may not change the show; nothing: they may.
std::optional<Error> obstacle_to(const Show& show, const std::string& user_id, Timestamp now);

struct ShowEdit {
  ShowDetails details;
  Venue venue;
  std::optional<Plan> plan;
  std::optional<std::int64_t> seen_version;
  std::optional<std::string> user_id;  // nothing: an operator
};

// The show with new details, one version on. Refuses its maker's edit with `show_has_sales` after
// the first sale and with `show_over`; that of other users with `not_your_show`; and with
// `show_changed` when it is not at the version that was seen (if given).
Result<Show> edit(const Show& show, const ShowEdit& change, Timestamp now);

}  // namespace ticketing::shows
