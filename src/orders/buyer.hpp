// The limits of a buyer: how much may be held unpaid, also by all buyers of one address together,
// and the pause after letting the same ticket expire several times. No I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/error.hpp"

namespace ticketing::orders {

inline constexpr int slots_max = 60;  // bits of Buyer::used_slots and address_slots
inline constexpr int expiries_max = 3;
inline constexpr std::chrono::hours expiries_window{24};

struct BuyerLimits {
  int live_orders_max = 10;  // unpaid at one time; 0: no limit
  int live_orders_of_address_max = slots_max;
  std::chrono::seconds pause{3'600};  // after the third expiry of the same ticket; 0: none
};

// What the database contains about a buyer who orders a ticket.
struct Buyer {
  std::uint64_t used_slots = 0;     // bit n: an unpaid order of the buyer has slot n
  std::uint64_t address_slots = 0;  // the same for all unpaid orders from the buyer's address
  // Of this ticket, where there were `expiries_max` or more within the window.
  std::optional<Timestamp> last_expiry;
};
BOOST_DESCRIBE_STRUCT(Buyer, (), (used_slots, address_slots, last_expiry))

// Where an unpaid order counts; nothing where there is no limit.
struct Slots {
  std::optional<int> of_buyer;
  std::optional<int> of_address;
};

// The slots of one more unpaid order. `random` picks among those that are free, so that concurrent
// orders seldom choose the same. Refuses with `too_many_orders`, `too_many_orders_of_address`,
// `ticket_paused`.
Result<Slots> slots_for(const Buyer& buyer, const BuyerLimits& limits, Timestamp now,
                        std::uint64_t random);

}  // namespace ticketing::orders
