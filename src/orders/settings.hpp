// What is configured for orders. Pages read it at GET /api/settings.
#pragma once

#include <chrono>
#include <string>

#include "common/base/config.hpp"

namespace ticketing::orders {

struct Settings {
  std::chrono::seconds hold{900};  // how long an order locks its ticket
};

Settings read_settings(Environment& environment);
std::string settings_help();

}  // namespace ticketing::orders
