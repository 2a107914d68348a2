#include "stripe/world.hpp"

#include <boost/asio/co_spawn.hpp>

#include "common/runtime/embedded_platform.hpp"
#include "fixtures/run_task.hpp"
#include "fixtures/test_platform.hpp"
#include "stripe/fake_stripe.hpp"
#include "stripe/simulated_stripe.hpp"

namespace ticketing::test {
namespace {

constexpr int duplicate_percent = 10;
constexpr Milliseconds delay_max{20};
// Of other coroutines, before each commit and query.
constexpr std::uint64_t turns_max = 3;

class RealWorld final : public World {
 public:
  explicit RealWorld(std::uint64_t seed) {
    runtime::HostSettings settings;
    settings.data_dir = folder_.file("");
    settings.bus_duplicate_percent = duplicate_percent;
    settings.bus_delay_max_ms = static_cast<int>(delay_max.count());
    settings.bus_fault_seed = seed;
    embedded_ = std::make_unique<runtime::EmbeddedPlatform>(io_.get_executor(), settings);
  }

  runtime::Platform& platform() override { return embedded_->platform(); }
  bus::LocalBus& bus() override { return embedded_->bus(); }
  const identity::SigningKey& signing_key() const override { return embedded_->signing_key(); }
  StripeModel& stripe() override { return stripe_; }
  void show_way_to_stripe(payments::stripe::Settings& settings) override {
    settings.api_url = stripe_.url();
    settings.ca_file = stripe_.ca_file();
  }
  void run(Task<> task) override { run_task(io_, std::move(task)); }
  std::string database(const std::string& service) const override {
    return folder_.file(service + ".db");
  }

 private:
  TemporaryFolder folder_;
  FakeStripe stripe_;
  asio::io_context io_{1};
  std::unique_ptr<runtime::EmbeddedPlatform> embedded_;
};

class SimulatedWorld final : public World {
 public:
  explicit SimulatedWorld(std::uint64_t seed)
      : bus_random_(seed + 1),
        turn_random_(seed + 2),
        platform_({.faults = {.random = &bus_random_,
                              .duplicate_percent = duplicate_percent,
                              .delay_max = delay_max},
                   .folder = folder_.path(),
                   .seed = seed + 3}),
        stripe_(platform_.get().executor, platform_.time(), platform_.time(), seed + 4) {
    const auto open = platform_.get().open_database;
    platform_.get().open_database = [this, open](const std::string& service,
                                                 const db::Migrations& migrations) {
      auto database = open(service, migrations);
      platform_.database().interleave(turn_random_, turns_max);
      return database;
    };
  }

  runtime::Platform& platform() override { return platform_.get(); }
  bus::LocalBus& bus() override { return platform_.bus(); }
  const identity::SigningKey& signing_key() const override { return key_; }
  StripeModel& stripe() override { return stripe_; }
  void show_way_to_stripe(payments::stripe::Settings& settings) override {
    settings.make_client = [this](const http::ClientSettings& of_client) {
      return stripe_.make_client(of_client);
    };
  }
  void run(Task<> task) override {
    bool ended = false;
    std::exception_ptr failure;
    asio::co_spawn(platform_.get().executor, std::move(task), [&](std::exception_ptr error) {
      failure = error;
      ended = true;
    });
    while (!platform_.run_until([&] { return ended; }, std::chrono::hours{1})) continue;
    if (failure) std::rethrow_exception(failure);
  }
  std::string database(const std::string& service) const override {
    return folder_.file(service + ".db");
  }

 private:
  SeededRandom bus_random_, turn_random_;
  TemporaryFolder folder_{"/dev/shm"};
  fixtures::TestPlatform platform_;
  identity::SigningKey key_{"a secret of the tests"};  // as the platform verifies
  SimulatedStripe stripe_;
};

}  // namespace

std::unique_ptr<World> make_real_world(std::uint64_t seed) {
  return std::make_unique<RealWorld>(seed);
}
std::unique_ptr<World> make_simulated_world(std::uint64_t seed) {
  return std::make_unique<SimulatedWorld>(seed);
}

}  // namespace ticketing::test
