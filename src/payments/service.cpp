#include "payments/service.hpp"

#include "common/base/log.hpp"
#include "common/runtime/owned_data.hpp"
#include "common/runtime/periodic.hpp"
#include "payments/api.hpp"
#include "payments/listeners.hpp"

namespace ticketing::payments {

EmbeddedFiles embedded_files();

namespace {

constexpr Milliseconds drive_interval{1'000};

class PaymentsService final : public runtime::Service {
 public:
  PaymentsService(runtime::Platform& platform, const Settings& settings)
      : platform_(platform),
        data_(platform, name_, embedded_files(), "payments", {db::idempotency_migration()}),
        idempotency_(platform, data_.database(), "payments"),
        gateway_(sandbox::make_gateway(platform, data_.database(), settings.sandbox_faults)),
        operations_(platform, data_, idempotency_.keys(), *gateway_),
        api_{operations_, idempotency_, data_.database(), platform.clock, settings.webhook_secret},
        driving_(platform, "payments drive", drive_interval) {
    log::info("payments go to the sandbox: no money moves");
  }

  const std::string& name() const override { return name_; }
  http::Routes routes() override { return payments::routes(api_, platform_.identity); }
  void subscribe() override { payments::subscribe(platform_.bus, operations_); }
  void start() override {
    data_.start();
    idempotency_.start();
    operations_.on_work([this] { driving_.wake(); });
    driving_.start([this] { return operations_.drive(); });
  }
  Task<> stop() override {
    co_await driving_.stop();
    co_await operations_.stop();
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
  Api api_;
  runtime::Periodic driving_;
};

}  // namespace

Settings read_settings(Environment& environment) {
  return {.webhook_secret = environment.text("STRIPE_WEBHOOK_SECRET", ""),
          .sandbox_faults = sandbox::read_faults(environment)};
}

std::string settings_help() {
  return "  STRIPE_WEBHOOK_SECRET  what webhooks are signed with (default: none is accepted)\n";
}

std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform,
                                               const Settings& settings) {
  return std::make_unique<PaymentsService>(platform, settings);
}

}  // namespace ticketing::payments
