// The notifications service, wired.
#pragma once

#include <memory>

#include "common/runtime/platform.hpp"
#include "common/runtime/service.hpp"
#include "notifications/mail/sender.hpp"
#include "notifications/settings.hpp"

namespace ticketing::notifications {

// `sender`: null: the one that the settings name.
std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform, Settings settings,
                                               std::unique_ptr<mail::Sender> sender = nullptr);

}  // namespace ticketing::notifications
