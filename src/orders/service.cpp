#include "orders/service.hpp"

#include <algorithm>
#include <iterator>

#include "common/runtime/owned_data.hpp"
#include "orders/api.hpp"
#include "orders/calendar/api.hpp"
#include "orders/kept.hpp"
#include "orders/listeners.hpp"
#include "orders/republished.hpp"

namespace ticketing::orders {

EmbeddedFiles embedded_files();

namespace {

constexpr Milliseconds sweep_interval{5'000};

class OrdersService final : public runtime::Service {
 public:
  OrdersService(runtime::Platform& platform, const Settings& settings)
      : platform_(platform),
        settings_(settings),
        data_(platform, name_, embedded_files(), "orders", {db::idempotency_migration()},
              republished()),
        kept_(platform, name_, data_.database(), kept_tables()),
        idempotency_(platform, data_.database(), "orders"),
        reservations_(platform, data_, idempotency_.keys(), settings),
        operations_(platform, data_),
        calendars_(platform, data_),
        feed_(platform, data_),
        sweeping_(platform, "orders sweep", sweep_interval) {}

  const std::string& name() const override { return name_; }
  http::Routes routes() override {
    http::Routes routes = orders::routes(reservations_, operations_, feed_, idempotency_,
                                         platform_.identity, settings_);
    std::ranges::move(calendar::routes(calendars_, platform_.identity), std::back_inserter(routes));
    routes.push_back({"GET", "/api/orders/export", kept_.endpoint()});
    return routes;
  }
  void subscribe() override {
    data_.subscribe();
    orders::subscribe(platform_.bus, operations_);
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
  Task<> sweep() { co_await operations_.sweep(); }

  const std::string name_ = "orders";
  runtime::Platform& platform_;
  const Settings settings_;
  runtime::OwnedData data_;
  runtime::KeptData kept_;
  runtime::IdempotentRequests idempotency_;
  Reservations reservations_;
  Operations operations_;
  calendar::Operations calendars_;
  OrderFeed feed_;
  runtime::Periodic sweeping_;
};

}  // namespace

std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform,
                                               const Settings& settings) {
  return std::make_unique<OrdersService>(platform, settings);
}

}  // namespace ticketing::orders
