// The payments service, wired.
#pragma once

#include <memory>
#include <string>

#include "common/base/config.hpp"
#include "common/limits/limit.hpp"
#include "common/runtime/platform.hpp"
#include "common/runtime/service.hpp"
#include "payments/attempts/declines.hpp"
#include "payments/sandbox/sandbox_gateway.hpp"
#include "payments/stripe/settings.hpp"

namespace ticketing::payments {

struct Settings {
  stripe::Settings stripe;                    // without a key the sandbox is used
  std::string webhook_secret;                 // empty: every webhook is refused
  std::string operator_token;                 // empty: there are no operator's routes
  std::chrono::seconds refund_window{3'600};  // after the capture; 0: never
  attempts::DeclineLimits declines;
  sandbox::Faults sandbox_faults;
};

Settings read_settings(Environment& environment);
std::string settings_help();
// The rows of docs/limits.md.
const limits::Limits& payment_limits();

std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform,
                                               const Settings& settings);

}  // namespace ticketing::payments
