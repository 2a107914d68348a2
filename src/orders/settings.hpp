// What is configured for orders. Pages read it at GET /api/settings.
#pragma once

#include <chrono>
#include <string>

#include "common/base/config.hpp"
#include "common/limits/limit.hpp"
#include "orders/buyer.hpp"

namespace ticketing::orders {

struct Settings {
  std::chrono::seconds hold{900};  // how long an order locks its ticket
  BuyerLimits buyer;
  bool own_tickets = true;      // whether one may order what one has listed oneself
  bool proof_required = false;  // whether what is sold without file and code is due
};

Settings read_settings(Environment& environment);
std::string settings_help();
// The rows of docs/limits.md.
const limits::Limits& order_limits();

}  // namespace ticketing::orders
