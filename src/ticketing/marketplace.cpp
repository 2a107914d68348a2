#include "ticketing/marketplace.hpp"

#include <utility>

#include "expiration/service.hpp"
#include "tickets/service.hpp"

namespace ticketing {

MarketplaceSettings read_marketplace_settings(Environment& environment) {
  return {.auth = auth::read_settings(environment),
          .orders = orders::read_settings(environment),
          .payments = payments::read_settings(environment),
          .shows = shows::read_settings(environment),
          .delivery = delivery::read_settings(environment),
          .notifications = notifications::read_settings(environment)};
}

std::string marketplace_settings_help() {
  return orders::settings_help() + auth::settings_help() + payments::settings_help() +
         shows::settings_help() + delivery::settings_help() + notifications::settings_help();
}

runtime::Services make_marketplace(runtime::Platform& platform, const MarketplaceSettings& settings,
                                   const identity::SigningKey& key,
                                   std::unique_ptr<notifications::mail::Sender> sender) {
  runtime::Services services;
  services.push_back(auth::make_service(platform, settings.auth, key));
  services.push_back(tickets::make_service(platform));
  services.push_back(orders::make_service(platform, settings.orders));
  services.push_back(expiration::make_service(platform));
  services.push_back(payments::make_service(platform, settings.payments));
  services.push_back(shows::make_service(platform, settings.shows));
  services.push_back(delivery::make_service(platform, settings.delivery));
  services.push_back(
      notifications::make_service(platform, settings.notifications, std::move(sender)));
  return services;
}

}  // namespace ticketing
