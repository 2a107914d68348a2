// The limits of a buyer: how much may be held unpaid, also by all buyers of one address together,
// how many tickets of one show a buyer may have, and the pause after letting the same ticket expire
// several times. No I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/error.hpp"

namespace ticketing::orders {

inline constexpr int slots_max = 60;  // bits of a member of UsedSlots
inline constexpr int expiries_max = 3;
inline constexpr std::chrono::hours expiries_window{24};

struct BuyerLimits {
  int live_orders_max = 10;  // unpaid at one time; 0: no limit
  int live_orders_of_address_max = slots_max;
  int orders_of_show_max = 10;        // of one show, paid or not; 0: no limit
  std::chrono::seconds pause{3'600};  // after the third expiry of the same ticket; 0: none
};

// The slots that the database has orders in; bit n stands for slot n.
struct UsedSlots {
  std::uint64_t of_buyer = 0;    // by unpaid orders of the buyer
  std::uint64_t of_address = 0;  // by unpaid orders from the buyer's address
  std::uint64_t of_show = 0;     // by the buyer's orders of this show, paid ones too
};
BOOST_DESCRIBE_STRUCT(UsedSlots, (), (of_buyer, of_address, of_show))

// Where an order counts; nothing where there is no limit.
struct Slots {
  std::optional<int> of_buyer;
  std::optional<int> of_address;
  std::optional<int> of_show;
};

// Refuses with `ticket_paused`. `last_expiry` is of this ticket and this buyer, where there were
// `expiries_max` or more within the window.
Result<void> check_pause(const std::optional<Timestamp>& last_expiry, const BuyerLimits& limits,
                         Timestamp now);
// The slots of one more order. `random` picks among those that are free, so that concurrent orders
// seldom choose the same. Refuses with `too_many_orders`, whose entry is `too_many_orders_of_show`
// where the buyer has too many of one show, and with `too_many_orders_of_address`.
Result<Slots> free_slots(const UsedSlots& used, const BuyerLimits& limits, std::uint64_t random);

}  // namespace ticketing::orders
