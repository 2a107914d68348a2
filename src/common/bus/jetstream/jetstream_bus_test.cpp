#include "common/bus/jetstream/jetstream_bus.hpp"

#include <gtest/gtest.h>

#include "common/bus/event_bus_contract_test.hpp"
#include "servers/nats_server.hpp"

namespace ticketing::bus {
namespace {

JetStreamSettings settings_for(const servers::NatsServer& server) {
  return {.url = server.url(), .name = "test", .subjects = {"contract.>"}};
}

class JetStreamTestBus final : public TestBus {
 public:
  explicit JetStreamTestBus(const Executor& executor)
      : bus_(executor, clock_, timers_, settings_for(server_)) {}
  EventBus& bus() override { return bus_; }

 private:
  servers::NatsServer server_;
  SystemClock clock_;
  SystemTimers timers_;
  JetStreamBus bus_;
};

INSTANTIATE_TEST_SUITE_P(JetStream, EventBusContract,
                         testing::Values(TestBusMaker{"jetstream",
                                                      [](const Executor& executor) {
                                                        return std::make_unique<JetStreamTestBus>(
                                                            executor);
                                                      }}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace ticketing::bus
