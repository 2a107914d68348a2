// The tests' own Stripe on one thread and in simulated time. Its clients lose calls as a network
// does, and send some once more by themselves as libcurl does.
#pragma once

#include <memory>

#include "common/async/timers.hpp"
#include "common/http/client.hpp"
#include "stripe/stripe_model.hpp"

namespace ticketing::test {

class SimulatedStripe final : public StripeModel {
 public:
  // `clock` and `timers` outlive it. The network's faults come from `seed`.
  SimulatedStripe(const Executor& executor, const Clock& clock, Timers& timers, std::uint64_t seed);

  // It outlives the client.
  std::unique_ptr<http::Client> make_client(const http::ClientSettings& settings);

 private:
  class Client;
  const Executor executor_;
  const Clock& clock_;
  Timers& timers_;
  SeededRandom network_;
};

}  // namespace ticketing::test
