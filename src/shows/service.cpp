#include "shows/service.hpp"

#include <iterator>

#include "common/runtime/idempotent_requests.hpp"
#include "common/runtime/operator_guard.hpp"
#include "common/runtime/owned_data.hpp"
#include "shows/api.hpp"
#include "shows/listeners.hpp"
#include "shows/operator/api.hpp"
#include "shows/republished.hpp"

namespace ticketing::shows {

EmbeddedFiles embedded_files();

namespace {

class ShowsService final : public runtime::Service {
 public:
  ShowsService(runtime::Platform& platform, const Settings& settings)
      : platform_(platform),
        data_(platform, name_, embedded_files(), "shows", {db::idempotency_migration()},
              republished(settings)),
        idempotency_(platform, data_.database(), "shows"),
        operations_(platform, data_, idempotency_.keys(), settings),
        operator_guard_(settings.operator_token, platform.clock) {}

  const std::string& name() const override { return name_; }
  http::Routes routes() override {
    http::Routes all = shows::routes(operations_, idempotency_, platform_.identity);
    http::Routes others = operator_::routes(operations_, operator_guard_);
    std::move(others.begin(), others.end(), std::back_inserter(all));
    return all;
  }
  void subscribe() override {
    data_.subscribe();
    shows::subscribe(platform_.bus, operations_);
  }
  void start() override {
    data_.start();
    idempotency_.start();
  }
  Task<> stop() override {
    co_await idempotency_.stop();
    co_await data_.stop();
  }
  Task<bool> is_ready() override { co_return co_await data_.database().is_ready(); }
  Milliseconds clock_lead() const override { return data_.database().clock_lead(); }

 private:
  const std::string name_ = "shows";
  runtime::Platform& platform_;
  runtime::OwnedData data_;
  runtime::IdempotentRequests idempotency_;
  Operations operations_;
  runtime::OperatorGuard operator_guard_;
};

}  // namespace

std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform,
                                               const Settings& settings) {
  return std::make_unique<ShowsService>(platform, settings);
}

}  // namespace ticketing::shows
