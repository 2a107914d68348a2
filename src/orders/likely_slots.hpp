// Chooses slots without reading which are used. Most buyers have few unpaid orders, so a slot that
// was not chosen for a while is almost always free; the insert finds out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orders/buyer.hpp"

namespace ticketing::orders {

// One thread only. Takes 128 KiB, however many buyers there are.
class LikelySlots {
 public:
  // Replicas with different salts begin with different slots of a buyer.
  explicit LikelySlots(std::uint64_t salt) : turns_(holders_max), salt_(salt) {}

  // `show_id`: "" of a ticket that is for none.
  Slots choose(const std::string& user_id, std::string_view address, std::string_view show_id,
               const BuyerLimits& limits) {
    const int of_show_max = show_id.empty() ? 0 : limits.orders_of_show_max;
    return {.of_buyer = next(user_id, limits.live_orders_max),
            .of_address = next(address, limits.live_orders_of_address_max),
            .of_show = next(user_id + std::string(show_id), of_show_max)};
  }

 private:
  // Gives the holder's slots in turn; nothing without a limit (`count` is 0). Holders whose hashes
  // are equal share their turns: each is given every slot all the same, some of them later.
  std::optional<int> next(std::string_view holder, int count);

  static constexpr std::size_t holders_max = 65'536;
  std::vector<std::uint16_t> turns_;
  std::uint64_t salt_;
};

}  // namespace ticketing::orders
