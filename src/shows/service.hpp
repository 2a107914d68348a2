// The shows service, wired.
#pragma once

#include <memory>

#include "common/images/pictures.hpp"
#include "common/runtime/platform.hpp"
#include "common/runtime/service.hpp"
#include "shows/settings.hpp"

namespace ticketing::shows {

// `decoder`: null for the program beside this one.
std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform,
                                               const Settings& settings,
                                               std::unique_ptr<images::Decoder> decoder = nullptr);

}  // namespace ticketing::shows
