#include "orders/settings.hpp"

namespace ticketing::orders {

Settings read_settings(Environment& environment) {
  return {.hold = std::chrono::seconds{environment.integer("HOLD_SECONDS", 900, 1, 86'400)}};
}

std::string settings_help() {
  return "  HOLD_SECONDS         how long an order locks its ticket (default 900)\n";
}

}  // namespace ticketing::orders
