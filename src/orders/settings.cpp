#include "orders/settings.hpp"

namespace ticketing::orders {
namespace {

constexpr limits::Limit live_orders{
    .resource = "unpaid orders",
    .per_user = {.standard = 10, .setting = "LIVE_ORDERS_MAX", .most = slots_max},
    .answer = "400 `too_many_orders`"};
constexpr limits::Limit expiries{
    .resource = "orders of one ticket that expired, in a day",
    .per_user = {.standard = expiries_max},
    .answer = "429 `ticket_paused` for an hour (`EXPIRY_PAUSE_SECONDS`)"};
constexpr limits::Cap pause{.standard = 3'600, .setting = "EXPIRY_PAUSE_SECONDS", .most = 86'400};

}  // namespace

const limits::Limits& order_limits() {
  static const limits::Limits all{live_orders, expiries};
  return all;
}

Settings read_settings(Environment& environment) {
  return {.hold = std::chrono::seconds{environment.integer("HOLD_SECONDS", 900, 1, 86'400)},
          .buyer = {.live_orders_max = static_cast<int>(live_orders.per_user.read(environment)),
                    .pause = std::chrono::seconds{pause.read(environment)}}};
}

std::string settings_help() {
  return "  HOLD_SECONDS         how long an order locks its ticket (default 900)\n" +
         limits::settings_help(order_limits()) +
         "  EXPIRY_PAUSE_SECONDS    how long a buyer who let a ticket expire three times has to "
         "wait\n"
         "                          before ordering it again (default 3600; 0: not at all)\n";
}

}  // namespace ticketing::orders
