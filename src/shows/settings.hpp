// What is configured for shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/config.hpp"

namespace ticketing::shows {

struct Settings {
  // What a ticket may cost at most, of its face value, where the show does not say otherwise.
  std::optional<std::int64_t> price_cap_percent;
  std::string operator_token;          // empty: there are no operator's routes
  std::int64_t pictures_an_hour = 60;  // of a user
};

Settings read_settings(Environment& environment);
std::string settings_help();

}  // namespace ticketing::shows
