// Until when, and for how much, a ticket of a show may be sold: tickets decides it when a ticket is
// listed or edited, orders when it is ordered, each on its own copies. No I/O.
#pragma once

#include <cstdint>
#include <optional>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/error.hpp"
#include "common/base/money.hpp"

namespace ticketing::contracts {

// What was decided about a show: ShowFacts::status.
enum class ShowPlan { scheduled, postponed, cancelled };
BOOST_DESCRIBE_ENUM(ShowPlan, scheduled, postponed, cancelled)

// A postponed show does not begin; the date of a cancelled one comes all the same.
inline bool has_begun(ShowPlan plan, Timestamp starts_at, Timestamp now) {
  return plan != ShowPlan::postponed && starts_at <= now;
}

// Refuses with `show_over` from the beginning of the show on, and with `show_cancelled`.
Result<void> check_sale(ShowPlan plan, Timestamp starts_at, Timestamp now);

// The cap is in percent of the face value; nothing: there is none. Refuses with `price_above_cap`,
// and with `face_value_missing` where the cap cannot be computed.
Result<void> check_price(Money price, std::optional<Money> face_value,
                         std::optional<std::int64_t> cap_percent);

}  // namespace ticketing::contracts
