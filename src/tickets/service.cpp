#include "tickets/service.hpp"

#include "common/runtime/idempotent_requests.hpp"
#include "common/runtime/owned_data.hpp"
#include "common/runtime/periodic.hpp"
#include "tickets/api.hpp"
#include "tickets/kept.hpp"
#include "tickets/listeners.hpp"
#include "tickets/republished.hpp"

namespace ticketing::tickets {

EmbeddedFiles embedded_files();

namespace {

constexpr Milliseconds sweep_interval{30'000};

class TicketsService final : public runtime::Service {
 public:
  explicit TicketsService(runtime::Platform& platform)
      : platform_(platform),
        data_(platform, name_, embedded_files(), "tickets", {db::idempotency_migration()},
              republished()),
        kept_(platform, name_, data_.database(), kept_tables()),
        idempotency_(platform, data_.database(), "tickets"),
        operations_(platform, data_, idempotency_.keys()),
        list_cache_(dynamic_cast<const db::CommitCount*>(&data_.database())),
        feed_(platform, operations_),
        sweeping_(platform, "tickets sweep", sweep_interval) {}

  const std::string& name() const override { return name_; }
  http::Routes routes() override {
    http::Routes all =
        tickets::routes(operations_, list_cache_, feed_, idempotency_, platform_.identity);
    all.push_back({"GET", "/api/tickets/export", kept_.endpoint()});
    return all;
  }
  void subscribe() override {
    data_.subscribe();
    tickets::subscribe(platform_.bus, operations_);
    feed_.observe(platform_.bus);
  }
  void start() override {
    data_.start();
    idempotency_.start();
    feed_.start();
    sweeping_.start([this] { return sweep(); });
    operations_.erasure().start();
  }
  Task<> stop() override {
    co_await operations_.erasure().stop();
    co_await sweeping_.stop();
    co_await feed_.stop();
    co_await idempotency_.stop();
    co_await data_.stop();
  }
  Task<bool> is_ready() override { co_return co_await data_.database().is_ready(); }
  Milliseconds clock_lead() const override { return data_.database().clock_lead(); }

 private:
  Task<> sweep() {
    co_await operations_.sweep();
    co_await operations_.index_old_tickets();
  }

  const std::string name_ = "tickets";
  runtime::Platform& platform_;
  runtime::OwnedData data_;
  runtime::KeptData kept_;
  runtime::IdempotentRequests idempotency_;
  Operations operations_;
  ListCache list_cache_;
  TicketFeed feed_;
  runtime::Periodic sweeping_;
};

}  // namespace

std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform) {
  return std::make_unique<TicketsService>(platform);
}

}  // namespace ticketing::tickets
