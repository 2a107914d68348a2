// The shows service, wired.
#pragma once

#include <memory>

#include "common/runtime/platform.hpp"
#include "common/runtime/service.hpp"
#include "shows/settings.hpp"

namespace ticketing::shows {

std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform,
                                               const Settings& settings);

}  // namespace ticketing::shows
