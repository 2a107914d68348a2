// The payments service, wired.
#pragma once

#include <memory>
#include <string>

#include "common/base/config.hpp"
#include "common/runtime/platform.hpp"
#include "common/runtime/service.hpp"
#include "payments/sandbox/sandbox_gateway.hpp"

namespace ticketing::payments {

struct Settings {
  std::string webhook_secret;
  sandbox::Faults sandbox_faults;
};

Settings read_settings(Environment& environment);
std::string settings_help();

std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform,
                                               const Settings& settings);

}  // namespace ticketing::payments
