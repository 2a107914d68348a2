// The orders service, wired.
#pragma once

#include <memory>

#include "common/runtime/platform.hpp"
#include "common/runtime/service.hpp"
#include "orders/settings.hpp"

namespace ticketing::orders {

std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform,
                                               const Settings& settings);

}  // namespace ticketing::orders
