#include "orders/likely_slots.hpp"

#include <functional>

namespace ticketing::orders {

std::optional<int> LikelySlots::next(std::string_view holder, int count) {
  if (count == 0) return std::nullopt;
  constexpr std::uint64_t spread = 0x9E3779B97F4A7C15;  // of Fibonacci hashing
  const std::uint64_t hash = (std::hash<std::string_view>{}(holder) ^ salt_) * spread;
  const std::uint64_t first = hash >> 16 & 0xFFFF'FFFF;
  const std::uint16_t turn = turns_[hash >> 48]++;
  return static_cast<int>((first + turn) % static_cast<std::uint64_t>(count));
}

}  // namespace ticketing::orders
