#include "orders/settings.hpp"

#include "common/base/production.hpp"
#include "contracts/proof.hpp"

namespace ticketing::orders {
namespace {

constexpr limits::Limit live_orders{
    .resource = "unpaid orders",
    .per_address = {.standard = slots_max, .setting = "LIVE_ORDERS_PER_ADDRESS", .most = slots_max},
    .per_user = {.standard = 10, .setting = "LIVE_ORDERS_MAX", .most = slots_max},
    .answer = "400 `too_many_orders`, of an address 429 `too_many_orders_of_address`"};
constexpr limits::Limit orders_of_show{
    .resource = "orders of one show, paid or not",
    .per_user = {.standard = 10, .setting = "SHOW_ORDERS_MAX", .most = slots_max},
    .answer = "400 `too_many_orders`"};
constexpr limits::Limit expiries{
    .resource = "orders of one ticket that expired, in a day",
    .per_user = {.standard = expiries_max},
    .answer = "429 `ticket_paused` for an hour (`EXPIRY_PAUSE_SECONDS`)"};
constexpr limits::Cap pause{.standard = 3'600, .setting = "EXPIRY_PAUSE_SECONDS", .most = 86'400};

}  // namespace

const limits::Limits& order_limits() {
  static const limits::Limits all{live_orders, orders_of_show, expiries};
  return all;
}

Settings read_settings(Environment& environment) {
  return {
      .hold = std::chrono::seconds{environment.integer("HOLD_SECONDS", 900, 1, 86'400)},
      .buyer = {.live_orders_max = static_cast<int>(live_orders.per_user.read(environment)),
                .live_orders_of_address_max =
                    static_cast<int>(live_orders.per_address.read(environment)),
                .orders_of_show_max = static_cast<int>(orders_of_show.per_user.read(environment)),
                .pause = std::chrono::seconds{pause.read(environment)}},
      .own_tickets =
          environment.one_of("OWN_TICKETS", is_production(environment) ? "refuse" : "allow",
                             {"allow", "refuse"}) == "allow",
      .proof_required = contracts::read_proof_required(environment)};
}

std::string settings_help() {
  return "  HOLD_SECONDS         how long an order locks its ticket (default 900)\n"
         "  OWN_TICKETS          allow or refuse: ordering what one has listed oneself (default "
         "allow;\n"
         "                       refuse in production)\n" +
         limits::settings_help(order_limits()) +
         "  EXPIRY_PAUSE_SECONDS    how long a buyer who let a ticket expire three times has to "
         "wait\n"
         "                          before ordering it again (default 3600; 0: not at all)\n";
}

}  // namespace ticketing::orders
