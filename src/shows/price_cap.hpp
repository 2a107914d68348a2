// The price cap of a show's tickets.
#pragma once

#include <cstdint>
#include <optional>

#include "shows/settings.hpp"
#include "shows/show.hpp"

namespace ticketing::shows {

// What a ticket of the show may cost at most, in percent of its face value; nothing: no cap.
inline std::optional<std::int64_t> cap_of(const Show& show, const Settings& settings) {
  return show.price_cap_percent ? show.price_cap_percent : settings.price_cap_percent;
}

}  // namespace ticketing::shows
