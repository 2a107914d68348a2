// The delivery service, wired.
#pragma once

#include <memory>

#include "common/runtime/platform.hpp"
#include "common/runtime/service.hpp"
#include "delivery/reading/reader.hpp"
#include "delivery/settings.hpp"

namespace ticketing::delivery {

// `reader`: null for the program in its jail. Throws ConfigError when the key that the platform
// keeps is damaged.
std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform, Settings settings,
                                               std::unique_ptr<reading::Reader> reader = nullptr);

}  // namespace ticketing::delivery
