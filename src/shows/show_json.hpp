// A show as the API shows it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/flag.hpp"
#include "common/json/described.hpp"
#include "shows/poster/poster.hpp"
#include "shows/price_cap.hpp"
#include "shows/show.hpp"

namespace ticketing::shows {

struct VenueAnswer {
  std::string name;
  std::string city;
  std::string country;
  std::string time_zone;
};
BOOST_DESCRIBE_STRUCT(VenueAnswer, (), (name, city, country, time_zone))

// Where its picture is, in three sizes.
struct PosterAnswer {
  std::string small;
  std::string medium;
  std::string large;
};
BOOST_DESCRIBE_STRUCT(PosterAnswer, (), (small, medium, large))

struct ShowAnswer {
  std::string id;
  std::string name;
  Category category = Category::other;
  VenueAnswer venue;
  Timestamp starts_at;
  std::optional<Timestamp> ends_at;
  ShowStatus status = ShowStatus::scheduled;
  std::int64_t tickets_available = 0;
  std::optional<Money> price_from;
  std::optional<std::int64_t> price_cap_percent;
  std::optional<PosterAnswer> poster;
  std::string user_id;
  std::vector<std::string> merged_ids;  // of the shows that it stands for
  Flag has_sales;                       // only an operator may change it
  std::int64_t version = 0;
  Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(ShowAnswer, (),
                      (id, name, category, venue, starts_at, ends_at, status, tickets_available,
                       price_from, price_cap_percent, poster, user_id, merged_ids, has_sales,
                       version, created_at))

inline ShowAnswer answer_of(const Show& show, const Settings& settings, Timestamp now) {
  auto answer =
      matching<ShowAnswer, &ShowAnswer::status, &ShowAnswer::price_cap_percent, &ShowAnswer::poster,
               &ShowAnswer::merged_ids, &ShowAnswer::has_sales>(show);
  answer.has_sales = show.has_sales;
  answer.status = status_of(show, now);
  answer.price_cap_percent = cap_of(show, settings);
  if (show.poster) {
    answer.poster = {.small = poster_address(show.id, *show.poster, "small"),
                     .medium = poster_address(show.id, *show.poster, "medium"),
                     .large = poster_address(show.id, *show.poster, "large")};
  }
  return answer;
}

inline std::string to_json(const Show& show, const Settings& settings, Timestamp now) {
  return json::to_json(answer_of(show, settings, now));
}

}  // namespace ticketing::shows
