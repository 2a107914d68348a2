// Where rounds take place: a platform, and a Stripe that it can reach.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/bus/local/local_bus.hpp"
#include "common/identity/jwt.hpp"
#include "common/runtime/platform.hpp"
#include "payments/stripe/settings.hpp"
#include "stripe/stripe_model.hpp"

namespace ticketing::test {

class World {
 public:
  virtual ~World() = default;
  virtual runtime::Platform& platform() = 0;
  virtual bus::LocalBus& bus() = 0;
  virtual const identity::SigningKey& signing_key() const = 0;
  virtual StripeModel& stripe() = 0;
  // How the services reach the world's Stripe, in the settings of that.
  virtual void show_way_to_stripe(payments::stripe::Settings& settings) = 0;
  // Runs everything until the task has ended.
  virtual void run(Task<> task) = 0;
  virtual std::string database(const std::string& service) const = 0;
};

// Threads, the system's clock and HTTPS: the seed chooses what people do and what fails, but not
// when, so a second run is another one.
std::unique_ptr<World> make_real_world(std::uint64_t seed);
// One thread and simulated time: the same seed is the same run.
std::unique_ptr<World> make_simulated_world(std::uint64_t seed);

}  // namespace ticketing::test
