// All services together, for the all-in-one process and for tests.
#pragma once

#include <memory>

#include "auth/service.hpp"
#include "common/runtime/host.hpp"
#include "delivery/service.hpp"
#include "notifications/service.hpp"
#include "orders/service.hpp"
#include "payments/service.hpp"
#include "shows/service.hpp"

namespace ticketing {

struct MarketplaceSettings {
  auth::Settings auth;
  orders::Settings orders;
  payments::Settings payments;
  shows::Settings shows;
  delivery::Settings delivery;
  notifications::Settings notifications;
};

MarketplaceSettings read_marketplace_settings(Environment& environment);
std::string marketplace_settings_help();

// `platform` and `key` outlive the services. `sender`: null for the one of the settings.
runtime::Services make_marketplace(runtime::Platform& platform, const MarketplaceSettings& settings,
                                   const identity::SigningKey& key,
                                   std::unique_ptr<notifications::mail::Sender> sender = nullptr);

}  // namespace ticketing
