// For the tests of the JetStream adapter: a server, a bus on it, and a publisher as stubborn as an
// outbox relay.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "common/async/group.hpp"
#include "common/async/timers.hpp"
#include "common/base/exceptions.hpp"
#include "common/bus/jetstream/jetstream_bus.hpp"
#include "common/bus/test_listener.hpp"
#include "common/db/test_database.hpp"
#include "servers/nats_server.hpp"

namespace ticketing::bus {

class JetStreamTest : public testing::Test {
 protected:
  static constexpr const char* subject = "contract.created";
  static constexpr int failures_max = DeliveryPolicy{}.failures_max;

  JetStreamSettings settings() const {
    return {.url = server_.url(),
            .name = "test",
            .subjects = {"contract.>"},
            .delivery = {.failed = {.shortest = Milliseconds{5}, .longest = Milliseconds{50}},
                         .unavailable = {.shortest = Milliseconds{5}, .longest = Milliseconds{50}},
                         .not_stored = Milliseconds{50}},
            .ack_wait = Milliseconds{2'000},
            .check_interval = Milliseconds{200}};
  }
  std::unique_ptr<JetStreamBus> make_bus(Handler handler) {
    auto bus = std::make_unique<JetStreamBus>(io_.get_executor(), clock_, timers_, settings());
    bus->subscribe({.consumer = "notes", .subject = subject, .handler = std::move(handler)});
    return bus;
  }
  std::unique_ptr<JetStreamBus> make_bus(Recorder& listener) {
    return make_bus([&listener](const Event& event) { return listener.hear(event); });
  }
  void start(JetStreamBus& bus) {
    bus.start();
    ASSERT_TRUE(wait([&bus] { return bus.is_ready(); })) << "the bus does not become ready";
  }
  void stop(JetStreamBus& bus) { run_task(io_, bus.stop()); }
  void publish(JetStreamBus& bus, const std::string& id) {
    run_task(io_, bus.publish(test_event(id, subject)));
  }

  bool wait(std::function<bool()> met, std::chrono::seconds limit = std::chrono::seconds{30}) {
    run_task(io_, wait_until(clock_, timers_, met, limit));
    return met();
  }
  void sleep(Milliseconds length) { run_task(io_, timers_.sleep_for(length)); }
  static Task<> wait_until(const Clock& clock, Timers& timers, std::function<bool()> met,
                           std::chrono::seconds limit) {
    const SteadyTime end = clock.steady_now() + limit;
    while (!met() && clock.steady_now() < end) co_await timers.sleep_for(Milliseconds{5});
  }

  asio::io_context io_;
  servers::NatsServer server_;
  SystemClock clock_;
  SystemTimers timers_;
};

// Publishes e0 … e(count-1), each until the bus has taken it, `at_once` at a time.
class StubbornPublisher {
 public:
  StubbornPublisher(const Executor& executor, Timers& timers, JetStreamBus& bus, int count)
      : timers_(timers), bus_(bus), count_(count), members_(executor, "publisher") {}

  void start(int at_once = 64) {
    for (int i = 0; i < at_once; ++i) members_.spawn(work());
  }
  // What an outbox does when the bus has lost its store.
  void publish_again() { next_ = 0; }
  bool is_done() const { return next_ >= count_ && members_.running() == 0; }
  int taken() const { return taken_; }
  int refused() const { return refused_; }
  void give_up() { stopping_ = true; }

 private:
  Task<> work() {
    while (next_ < count_ && !stopping_) {
      const Event event = test_event("e" + std::to_string(next_++), "contract.created");
      while (!stopping_ && !co_await offer(event)) co_await timers_.sleep_for(Milliseconds{20});
      ++taken_;
    }
  }
  Task<bool> offer(const Event& event) {
    try {
      co_await bus_.publish(event);
      co_return true;
    } catch (const std::exception&) {
      ++refused_;
    }
    co_return false;
  }

  Timers& timers_;
  JetStreamBus& bus_;
  const int count_;
  int next_ = 0;
  int taken_ = 0;
  int refused_ = 0;
  bool stopping_ = false;
  TaskGroup members_;
};

// The seed of a test's randomness, printed so that a failure can be repeated with TEST_SEED.
inline std::uint64_t test_seed() {
  const char* given = std::getenv("TEST_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::printf("TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

}  // namespace ticketing::bus
