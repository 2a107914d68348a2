// The orders service, wired.
#pragma once

#include <chrono>
#include <memory>

#include "common/base/config.hpp"
#include "common/runtime/platform.hpp"
#include "common/runtime/service.hpp"

namespace ticketing::orders {

struct Settings {
  std::chrono::seconds hold{900};  // how long an order locks its ticket
};

Settings read_settings(Environment& environment);
std::string settings_help();

std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform,
                                               const Settings& settings);

}  // namespace ticketing::orders
