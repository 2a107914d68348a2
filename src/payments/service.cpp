#include "payments/service.hpp"

#include "common/base/log.hpp"
#include "common/base/secret.hpp"
#include "common/runtime/owned_data.hpp"
#include "common/runtime/periodic.hpp"
#include "payments/api.hpp"
#include "payments/listeners.hpp"
#include "payments/operator_api.hpp"
#include "payments/stripe/stripe_gateway.hpp"

namespace ticketing::payments {

EmbeddedFiles embedded_files();

namespace {

constexpr Milliseconds drive_interval{1'000};

std::unique_ptr<PaymentGateway> make_gateway(runtime::Platform& platform, db::Database& database,
                                             const Settings& settings) {
  if (!settings.stripe.uses_stripe()) {
    log::warn("STRIPE_KEY is not set: payments go to a sandbox, no money moves");
    return sandbox::make_gateway(platform, database, settings.sandbox_faults);
  }
  log::info("payments go to Stripe", {{"mode", settings.stripe.is_live() ? "live" : "test"}});
  if (settings.webhook_secret.empty()) {
    log::warn(
        "STRIPE_WEBHOOK_SECRET is not set: what Stripe tells is not believed, and noticed later");
  }
  return stripe::make_gateway(platform, settings.stripe);
}

class PaymentsService final : public runtime::Service {
 public:
  PaymentsService(runtime::Platform& platform, const Settings& settings)
      : platform_(platform),
        data_(platform, name_, embedded_files(), "payments", {db::idempotency_migration()}),
        idempotency_(platform, data_.database(), "payments"),
        gateway_(make_gateway(platform, data_.database(), settings)),
        operations_(platform, data_, idempotency_.keys(), *gateway_),
        refunds_(platform, data_, *gateway_, settings.refund_window),
        webhooks_(platform, data_, *gateway_, operations_, refunds_, settings.webhook_secret),
        api_{operations_, refunds_, webhooks_, idempotency_, data_.database()},
        operator_api_{refunds_, *gateway_, data_.database(), platform.clock,
                      settings.operator_token},
        driving_(platform, "payments drive", drive_interval),
        refunding_(platform, "refunds drive", drive_interval),
        hearing_(platform, "webhooks drive", drive_interval) {}

  const std::string& name() const override { return name_; }
  http::Routes routes() override {
    http::Routes routes = payments::routes(api_, platform_.identity);
    for (http::Route& route : operator_routes(operator_api_)) routes.push_back(std::move(route));
    return routes;
  }
  void subscribe() override { payments::subscribe(platform_.bus, operations_); }
  void start() override {
    data_.start();
    idempotency_.start();
    operations_.on_work([this] { driving_.wake(); });
    webhooks_.on_work([this] { hearing_.wake(); });
    driving_.start([this] { return operations_.drive(); });
    refunding_.start([this] { return refunds_.drive(); });
    hearing_.start([this] { return webhooks_.drive(); });
  }
  Task<> stop() override {
    co_await hearing_.stop();
    co_await refunding_.stop();
    co_await driving_.stop();
    co_await operations_.stop();
    co_await refunds_.stop();
    co_await idempotency_.stop();
    co_await data_.stop();
  }
  Task<bool> is_ready() override { co_return co_await data_.database().is_ready(); }

 private:
  const std::string name_ = "payments";
  runtime::Platform& platform_;
  runtime::OwnedData data_;
  runtime::IdempotentRequests idempotency_;
  std::unique_ptr<PaymentGateway> gateway_;
  Operations operations_;
  Refunds refunds_;
  Webhooks webhooks_;
  Api api_;
  OperatorApi operator_api_;
  runtime::Periodic driving_;
  runtime::Periodic refunding_;
  runtime::Periodic hearing_;
};

}  // namespace

Settings read_settings(Environment& environment) {
  Settings settings{.stripe = stripe::read_settings(environment),
                    .webhook_secret = environment.text("STRIPE_WEBHOOK_SECRET", ""),
                    .operator_token = environment.text("OPERATOR_TOKEN", ""),
                    .refund_window = std::chrono::seconds{environment.integer(
                        "REFUND_SECONDS", 3'600, 0, 30 * 24 * 3'600)},
                    .sandbox_faults = sandbox::read_faults(environment)};
  if (!settings.operator_token.empty() && settings.operator_token.size() < 16) {
    environment.fault("OPERATOR_TOKEN must have 16 characters or more");
  } else if (!settings.operator_token.empty() && is_easy_to_guess(settings.operator_token) &&
             environment.text("MODE", "local") == "production") {
    environment.fault(easy_to_guess("OPERATOR_TOKEN"));
  }
  return settings;
}

std::string settings_help() {
  return stripe::settings_help() +
         "  STRIPE_WEBHOOK_SECRET  what webhooks are signed with (default: none is accepted)\n"
         "  REFUND_SECONDS       how long after paying a buyer may ask for the money back\n"
         "                       (default 3600; 0: never)\n"
         "  OPERATOR_TOKEN       16 characters or more that ticketing-admin shows to be let in\n"
         "                       (default: nobody is)\n";
}

std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform,
                                               const Settings& settings) {
  return std::make_unique<PaymentsService>(platform, settings);
}

}  // namespace ticketing::payments
