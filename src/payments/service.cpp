#include "payments/service.hpp"

#include "common/base/log.hpp"
#include "common/base/secret.hpp"
#include "common/runtime/owned_data.hpp"
#include "common/runtime/periodic.hpp"
#include "contracts/payments_events.hpp"
#include "payments/attempts/api.hpp"
#include "payments/attempts/kept.hpp"
#include "payments/attempts/listeners.hpp"
#include "payments/attempts/republished.hpp"
#include "payments/operator/api.hpp"
#include "payments/refunds/api.hpp"
#include "payments/refunds/kept.hpp"
#include "payments/refunds/listeners.hpp"
#include "payments/refunds/republished.hpp"
#include "payments/stripe/stripe_gateway.hpp"
#include "payments/webhooks/api.hpp"

namespace ticketing::payments {

EmbeddedFiles embedded_files();

namespace {

constexpr Milliseconds process_interval{1'000};
constexpr Milliseconds overdue_interval{60'000};
// More would let one caller try out stolen cards.
constexpr limits::Limit declined_payments{
    .resource = "declined payments",
    .per_address = {.standard = attempts::DeclineLimits{}.per_address,
                    .setting = "DECLINES_PER_ADDRESS",
                    .unit = "an hour"},
    .per_user = {.standard = attempts::DeclineLimits{}.per_user,
                 .setting = "DECLINES_PER_USER",
                 .unit = "an hour"},
    .answer = "429 `too_many_declines`"};
constexpr limits::Limit refunds_of_payment{
    .resource = "refunds of one payment",
    .per_user = {.standard = refunds::refunds_max},
    .answer = "400 `too_many_refunds`; the whole remainder is always refunded"};

constexpr Milliseconds forget_interval{std::chrono::minutes{10}};

std::unique_ptr<PaymentGateway> make_gateway(runtime::Platform& platform, db::Database& database,
                                             const Settings& settings) {
  if (!settings.stripe.uses_stripe()) {
    log::warn("STRIPE_KEY is not set: payments go to a sandbox, no money moves");
    return sandbox::make_gateway(platform, database, settings.sandbox_faults);
  }
  log::info("payments go to Stripe", {{"mode", settings.stripe.is_live() ? "live" : "test"}});
  if (settings.webhook_secret.empty()) {
    log::warn(
        "STRIPE_WEBHOOK_SECRET is not set: webhooks are refused; disputes, and refunds made at "
        "Stripe, are not seen");
  }
  return stripe::make_gateway(platform, settings.stripe);
}

bus::Republished republished() {
  return {.subjects = bus::subjects_of<contracts::PaymentCreated, contracts::PaymentCaptured,
                                       contracts::PaymentVoided, contracts::PaymentFailed,
                                       contracts::PaymentRefunded, contracts::RefundRequested>(),
          .tables = {attempts::republished(), refunds::republished()}};
}

runtime::KeptTables kept_tables() {
  runtime::KeptTables all = attempts::kept_tables();
  for (runtime::KeptTable& table : refunds::kept_tables()) all.push_back(std::move(table));
  all.push_back(
      runtime::kept_table<db::KeptIdempotencyKey>("idempotency_keys", db::IdempotencyKeys::kept));
  return all;
}

class PaymentsService final : public runtime::Service {
 public:
  PaymentsService(runtime::Platform& platform, const Settings& settings)
      : platform_(platform),
        data_(platform, name_, embedded_files(), "payments", {db::idempotency_migration()},
              republished()),
        kept_(platform, name_, data_.database(), kept_tables()),
        idempotency_(platform, data_.database(), "payments"),
        gateway_(make_gateway(platform, data_.database(), settings)),
        attempt_steps_(platform, data_, *gateway_, waiters_),
        attempts_(platform, data_, idempotency_.keys(), attempt_steps_, waiters_,
                  settings.declines),
        refund_steps_(platform, data_, *gateway_),
        refunds_(platform, data_, refund_steps_, settings.refund_window),
        webhooks_(platform, data_, *gateway_, attempt_steps_, refund_steps_,
                  settings.webhook_secret),
        operator_(data_.database(), *gateway_),
        attempts_api_{attempts_, idempotency_},
        refunds_api_{refunds_, idempotency_},
        operator_api_{operator_, refunds_, idempotency_,
                      runtime::OperatorGuard(settings.operator_token, platform.clock)},
        processing_attempts_(platform, "due payments", process_interval),
        processing_refunds_(platform, "due refunds", process_interval),
        refunding_overdue_(platform, "refunds of overdue orders", overdue_interval),
        processing_webhooks_(platform, "due webhooks", process_interval),
        forgetting_addresses_(platform, "forget addresses of payments", forget_interval) {}

  const std::string& name() const override { return name_; }
  http::Routes routes() override {
    http::Routes all;
    for (http::Routes room : {attempts::routes(attempts_api_, platform_.identity),
                              refunds::routes(refunds_api_, platform_.identity),
                              webhooks::routes(webhooks_), operator_::routes(operator_api_)}) {
      for (http::Route& route : room) all.push_back(std::move(route));
    }
    all.push_back({"GET", "/api/payments/export", kept_.endpoint()});
    return all;
  }
  void subscribe() override {
    data_.subscribe();
    attempts::subscribe(platform_.bus, attempts_);
    refunds::subscribe(platform_.bus, refunds_);
  }
  void start() override {
    data_.start();
    idempotency_.start();
    attempt_steps_.on_work([this] { processing_attempts_.wake(); });
    webhooks_.on_work([this] { processing_webhooks_.wake(); });
    attempts_.erasure().start();
    processing_attempts_.start([this] { return attempt_steps_.process_due(); });
    processing_refunds_.start([this] { return refund_steps_.process_due(); });
    refunding_overdue_.start([this] { return refunds_.refund_overdue(); });
    processing_webhooks_.start([this] { return webhooks_.process_due(); });
    forgetting_addresses_.start([this] { return attempts_.forget_addresses(); });
  }
  Task<> stop() override {
    co_await attempts_.erasure().stop();
    co_await forgetting_addresses_.stop();
    co_await processing_webhooks_.stop();
    co_await refunding_overdue_.stop();
    co_await processing_refunds_.stop();
    co_await processing_attempts_.stop();
    co_await attempt_steps_.stop();
    co_await refund_steps_.stop();
    co_await idempotency_.stop();
    co_await data_.stop();
  }
  Task<bool> is_ready() override { co_return co_await data_.database().is_ready(); }
  Milliseconds clock_lead() const override { return data_.database().clock_lead(); }

 private:
  const std::string name_ = "payments";
  runtime::Platform& platform_;
  runtime::OwnedData data_;
  runtime::KeptData kept_;
  runtime::IdempotentRequests idempotency_;
  std::unique_ptr<PaymentGateway> gateway_;
  attempts::OrderWaiters waiters_;
  attempts::Steps attempt_steps_;
  attempts::Operations attempts_;
  refunds::Steps refund_steps_;
  refunds::Operations refunds_;
  webhooks::Operations webhooks_;
  operator_::Operations operator_;
  attempts::Api attempts_api_;
  refunds::Api refunds_api_;
  operator_::Api operator_api_;
  runtime::Periodic processing_attempts_;
  runtime::Periodic processing_refunds_;
  runtime::Periodic refunding_overdue_;
  runtime::Periodic processing_webhooks_;
  runtime::Periodic forgetting_addresses_;
};

}  // namespace

const limits::Limits& payment_limits() {
  static const limits::Limits all{declined_payments, refunds_of_payment};
  return all;
}

Settings read_settings(Environment& environment) {
  return {.stripe = stripe::read_settings(environment),
          .webhook_secret = environment.text("STRIPE_WEBHOOK_SECRET", "", EmptyFile::unset),
          .operator_token = read_secret(environment, "OPERATOR_TOKEN"),
          .refund_window = std::chrono::seconds{environment.integer("REFUND_SECONDS", 3'600, 0,
                                                                    30 * 24 * 3'600)},
          .declines = {.per_user = declined_payments.per_user.read(environment),
                       .per_address = declined_payments.per_address.read(environment)},
          .sandbox_faults = sandbox::read_faults(environment)};
}

std::string settings_help() {
  return stripe::settings_help() +
         "  STRIPE_WEBHOOK_SECRET  what webhooks are signed with (default: none is accepted)\n"
         "  REFUND_SECONDS       how long after paying a buyer may ask for the money back\n"
         "                       (default 3600; 0: never)\n"
         "  OPERATOR_TOKEN       16 characters or more; ticketing-admin has to send it\n"
         "                       (default: no operator is admitted)\n" +
         limits::settings_help(payment_limits());
}

std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform,
                                               const Settings& settings) {
  return std::make_unique<PaymentsService>(platform, settings);
}

}  // namespace ticketing::payments
