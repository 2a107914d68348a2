#include "shows/settings.hpp"

#include "common/base/secret.hpp"
#include "shows/limits.hpp"
#include "shows/show.hpp"

namespace ticketing::shows {

Settings read_settings(Environment& environment) {
  Settings settings{.price_cap_percent = std::nullopt,
                    .operator_token = read_secret(environment, "OPERATOR_TOKEN"),
                    .pictures_an_hour = pictures.per_user.read(environment)};
  const std::int64_t cap = environment.integer("PRICE_CAP_PERCENT", 0, 0, price_cap_percent_max);
  if (cap > 0) settings.price_cap_percent = cap;
  return settings;
}

std::string settings_help() {
  return std::string(
             "  PRICE_CAP_PERCENT    what a ticket of a show may cost at most, in percent of its "
             "face\n"
             "                       value; a show can have a cap of its own (default: no "
             "cap)\n") +
         limits::settings_help({pictures});
}

}  // namespace ticketing::shows
