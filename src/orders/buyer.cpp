#include "orders/buyer.hpp"

#include <fmt/format.h>

#include <vector>

#include "contracts/codes.hpp"

namespace ticketing::orders {
namespace {

std::unexpected<Error> paused(std::chrono::seconds left) {
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(left).count();
  return refuse(
      {.kind = ErrorKind::throttled,
       .slug = slugs::ticket_paused(expiries_max, left.count()),
       .detail = fmt::format("You have let this ticket expire {} times. Order it again in "
                             "{} minute{}, or let others have it.",
                             expiries_max, minutes, minutes == 1 ? "" : "s"),
       .fields = {},
       .retry_after = left});
}

}  // namespace

Result<std::optional<int>> slot_for(const Buyer& buyer, const BuyerLimits& limits, Timestamp now,
                                    std::uint64_t random) {
  if (buyer.expiries >= expiries_max && limits.pause.count() > 0) {
    const auto left =
        std::chrono::ceil<std::chrono::seconds>(buyer.last_expiry + limits.pause - now);
    if (left.count() > 0) return paused(left);
  }
  if (limits.live_orders_max == 0) return std::nullopt;
  std::vector<int> free;
  for (int slot = 0; slot < limits.live_orders_max; ++slot) {
    if ((buyer.used_slots >> slot & 1) == 0) free.push_back(slot);
  }
  if (free.empty()) {
    return refuse(ErrorKind::invalid, slugs::too_many_orders(limits.live_orders_max),
                  fmt::format("You have {} unpaid orders. Pay or cancel one of them first.",
                              limits.live_orders_max));
  }
  return free[random % free.size()];
}

}  // namespace ticketing::orders
