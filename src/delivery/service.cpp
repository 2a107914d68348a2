#include "delivery/service.hpp"

#include "common/base/exceptions.hpp"
#include "common/files/database/database_store.hpp"
#include "common/runtime/owned_data.hpp"
#include "delivery/api.hpp"
#include "delivery/assignments/api.hpp"
#include "delivery/assignments/listeners.hpp"
#include "delivery/kept.hpp"
#include "delivery/listeners.hpp"
#include "delivery/republished.hpp"

namespace ticketing::delivery {

EmbeddedFiles embedded_files();

namespace {

class DeliveryService final : public runtime::Service {
 public:
  DeliveryService(runtime::Platform& platform, const Settings& settings,
                  std::unique_ptr<reading::Reader> reader)
      : platform_(platform),
        data_(platform, name_, embedded_files(), "tickets", {files::files_migration()},
              republished()),
        kept_(platform, name_, data_.database(), kept_tables()),
        operations_(platform, data_, settings, std::move(reader)),
        assignments_(platform, data_, operations_) {}

  const std::string& name() const override { return name_; }
  http::Routes routes() override {
    http::Routes all = delivery::routes(operations_, platform_.identity);
    for (http::Route& route : assignments::routes(assignments_, platform_.identity))
      all.push_back(std::move(route));
    all.push_back({"GET", "/api/delivery/export", kept_.endpoint()});
    return all;
  }
  void subscribe() override {
    data_.subscribe();
    delivery::subscribe(platform_.bus, operations_);
    assignments::subscribe(platform_.bus, assignments_);
  }
  void start() override {
    data_.start();
    operations_.start();
    assignments_.start();
  }
  Task<> stop() override {
    co_await assignments_.stop();
    co_await operations_.stop();
    co_await data_.stop();
  }
  Task<bool> is_ready() override { co_return co_await data_.database().is_ready(); }
  Milliseconds clock_lead() const override { return data_.database().clock_lead(); }

 private:
  const std::string name_ = "delivery";
  runtime::Platform& platform_;
  runtime::OwnedData data_;
  runtime::KeptData kept_;
  Operations operations_;
  assignments::Operations assignments_;
};

}  // namespace

std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform, Settings settings,
                                               std::unique_ptr<reading::Reader> reader) {
  settings.files_key = platform.key_or_kept(std::move(settings.files_key), "files");
  if (!reader) reader = reading::make_reader();
  return std::make_unique<DeliveryService>(platform, settings, std::move(reader));
}

}  // namespace ticketing::delivery
