#include "orders/buyer.hpp"

#include <fmt/format.h>

#include <bit>

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

// Another order from the address may end at any time.
constexpr std::chrono::seconds address_retry{30};

std::unexpected<Error> too_many_of_address(int max) {
  return refuse({.kind = ErrorKind::throttled,
                 .slug = slugs::too_many_orders_of_address(max),
                 .detail = fmt::format("{} orders from your network address are unpaid. Try again "
                                       "when some of them have been paid or have expired.",
                                       max),
                 .fields = {},
                 .retry_after = address_retry});
}

// The entry says which of the two limits of a buyer it is.
std::unexpected<Error> too_many_of_show(int max) {
  const std::string detail =
      fmt::format("You have {} orders of this show. A buyer can have no more.", max);
  return refuse(
      {.kind = ErrorKind::invalid,
       .slug = slugs::too_many_orders(max),
       .detail = detail,
       .fields = {{.code = slugs::too_many_orders_of_show(max), .message = detail, .field = {}}}});
}

// One of the `count` slots that is free; nothing when none is.
std::optional<int> pick_free(std::uint64_t used, int count, std::uint64_t random) {
  std::uint64_t free = ~used & ((std::uint64_t{1} << count) - 1);
  if (free == 0) return std::nullopt;
  const auto skipped = random % static_cast<std::uint64_t>(std::popcount(free));
  for (std::uint64_t i = 0; i < skipped; ++i) free &= free - 1;  // without the lowest
  return std::countr_zero(free);
}

}  // namespace

Result<void> check_pause(const std::optional<Timestamp>& last_expiry, const BuyerLimits& limits,
                         Timestamp now) {
  if (!last_expiry || limits.pause.count() == 0) return {};
  const auto left = std::chrono::ceil<std::chrono::seconds>(*last_expiry + limits.pause - now);
  if (left.count() > 0) return paused(left);
  return {};
}

Result<Slots> free_slots(const UsedSlots& used, const BuyerLimits& limits, std::uint64_t random) {
  Slots slots{.of_buyer = pick_free(used.of_buyer, limits.live_orders_max, random),
              .of_address = pick_free(used.of_address, limits.live_orders_of_address_max, random),
              .of_show = pick_free(used.of_show, limits.orders_of_show_max, random)};
  if (limits.orders_of_show_max > 0 && !slots.of_show)
    return too_many_of_show(limits.orders_of_show_max);
  if (limits.live_orders_max > 0 && !slots.of_buyer) {
    return refuse(ErrorKind::invalid, slugs::too_many_orders(limits.live_orders_max),
                  fmt::format("You have {} unpaid orders. Pay or cancel one of them first.",
                              limits.live_orders_max));
  }
  if (limits.live_orders_of_address_max > 0 && !slots.of_address) {
    return too_many_of_address(limits.live_orders_of_address_max);
  }
  return slots;
}

}  // namespace ticketing::orders
