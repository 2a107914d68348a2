// What a request says of a show.
#pragma once

#include <optional>
#include <string>

#include "shows/show.hpp"

namespace ticketing::shows {

struct NewShowBody {
  ShowDetails details;
  VenueDetails venue;
};
Result<NewShowBody> read_new_show(const std::string& body);

struct ShowChangeBody {
  ShowDetails details;
  std::optional<VenueDetails> venue;
  std::optional<Plan> plan;
  std::optional<std::int64_t> seen_version;
};
Result<ShowChangeBody> read_show_change(const std::string& body);

}  // namespace ticketing::shows
