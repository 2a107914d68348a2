// The expiration service, wired.
#pragma once

#include <memory>

#include "common/runtime/platform.hpp"
#include "common/runtime/service.hpp"

namespace ticketing::expiration {

std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform);

}  // namespace ticketing::expiration
