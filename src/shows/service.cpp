#include "shows/service.hpp"

#include <iterator>

#include "common/files/database/database_store.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "common/runtime/operator_guard.hpp"
#include "common/runtime/owned_data.hpp"
#include "shows/api.hpp"
#include "shows/kept.hpp"
#include "shows/listeners.hpp"
#include "shows/operator/api.hpp"
#include "shows/poster/api.hpp"
#include "shows/republished.hpp"

namespace ticketing::shows {

EmbeddedFiles embedded_files();

namespace {

class ShowsService final : public runtime::Service {
 public:
  ShowsService(runtime::Platform& platform, const Settings& settings,
               std::unique_ptr<images::Decoder> decoder)
      : platform_(platform),
        data_(platform, name_, embedded_files(), "shows",
              {db::idempotency_migration(), files::files_migration()}, republished(settings)),
        kept_(platform, name_, data_.database(), kept_tables()),
        settings_(settings),
        idempotency_(platform, data_.database(), "shows"),
        operations_(platform, data_, idempotency_.keys(), settings),
        operator_guard_(settings.operator_token, platform.clock),
        posters_(platform, data_, settings, std::move(decoder)) {}

  const std::string& name() const override { return name_; }
  http::Routes routes() override {
    http::Routes all = shows::routes(operations_, idempotency_, platform_.identity);
    for (http::Routes others :
         {operator_::routes(operations_, posters_, operator_guard_),
          poster::routes(posters_, settings_, platform_.clock, platform_.identity)}) {
      std::move(others.begin(), others.end(), std::back_inserter(all));
    }
    all.push_back({"GET", "/api/shows/export", kept_.endpoint()});
    return all;
  }
  void subscribe() override {
    data_.subscribe();
    shows::subscribe(platform_.bus, operations_);
  }
  void start() override {
    data_.start();
    idempotency_.start();
    posters_.start();
    operations_.erasure().start();
  }
  Task<> stop() override {
    co_await operations_.erasure().stop();
    co_await posters_.stop();
    co_await idempotency_.stop();
    co_await data_.stop();
  }
  Task<bool> is_ready() override { co_return co_await data_.database().is_ready(); }
  Milliseconds clock_lead() const override { return data_.database().clock_lead(); }

 private:
  const std::string name_ = "shows";
  runtime::Platform& platform_;
  runtime::OwnedData data_;
  runtime::KeptData kept_;
  const Settings settings_;
  runtime::IdempotentRequests idempotency_;
  Operations operations_;
  runtime::OperatorGuard operator_guard_;
  poster::Operations posters_;
};

}  // namespace

std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform,
                                               const Settings& settings,
                                               std::unique_ptr<images::Decoder> decoder) {
  if (!decoder) decoder = images::make_decoder();
  return std::make_unique<ShowsService>(platform, settings, std::move(decoder));
}

}  // namespace ticketing::shows
