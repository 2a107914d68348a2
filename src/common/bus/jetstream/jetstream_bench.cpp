// How many events a second one process publishes and consumes through a server of its own.
#include <fmt/format.h>

#include <boost/asio/io_context.hpp>

#include <cstdlib>

#include "common/async/group.hpp"
#include "common/async/timers.hpp"
#include "common/base/id.hpp"
#include "common/base/log.hpp"
#include "common/bus/jetstream/jetstream_bus.hpp"
#include "fixtures/run_task.hpp"
#include "servers/nats_server.hpp"

namespace {

using namespace ticketing;

constexpr const char* bench_subject = "bench.created";
constexpr std::size_t in_flight_max = 1000;  // as an outbox relay has
const SystemClock system_clock;
SystemTimers system_timers;

double seconds_since(SteadyTime began) {
  return std::chrono::duration<double>(system_clock.steady_now() - began).count();
}

Task<bus::Verdict> count_one(int& received) {
  ++received;
  co_return bus::Verdict::done;
}

bus::Event bench_event(IdGenerator& ids) {
  const std::string id = ids.next();
  return {.id = ids.next(),
          .subject = bench_subject,
          .source = "bench",
          .payload = R"({"id":")" + id + R"(","version":0,"status":"created","madeBy":")" + id +
                     R"(","endsAt":"2026-01-31T09:30:00.000Z","of":{"id":")" + id +
                     R"(","number":20}})",
          .context = trace::read_context("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                         "request-0001"),
          .time = system_clock.now()};
}

Task<> publish_one(bus::EventBus& bus, bus::Event event) { co_await bus.publish(event); }

Task<> until_ready(bus::EventBus& bus) {
  while (!bus.is_ready()) co_await system_timers.sleep_for(Milliseconds{5});
}

Task<> publish_all(bus::EventBus& bus, Executor executor, int count) {
  SystemRandom random;
  IdGenerator ids(system_clock, random);
  TaskGroup publishes(executor, "publish");
  const SteadyTime began = system_clock.steady_now();
  for (int i = 0; i < count; ++i) {
    co_await publishes.wait_below(in_flight_max);
    publishes.spawn(publish_one(bus, bench_event(ids)));
  }
  co_await publishes.wait_below(1);
  fmt::print("published  {:8.0f} a second\n", count / seconds_since(began));
}

Task<> consume_all(int& received, int count) {
  const SteadyTime began = system_clock.steady_now();
  while (received < count) co_await system_timers.sleep_for(Milliseconds{1});
  fmt::print("consumed   {:8.0f} a second\n", count / seconds_since(began));
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 50'000;
  log::configure(log::Level::warn, "bench");
  servers::NatsServer server;
  asio::io_context io(1);
  bus::JetStreamSettings settings{
      .url = server.url(), .name = "bench", .subjects = {bench_subject}};
  {
    bus::JetStreamBus publisher(io.get_executor(), system_clock, system_timers, settings);
    publisher.start();
    run_task(io, until_ready(publisher));
    run_task(io, publish_all(publisher, io.get_executor(), count));
    run_task(io, publisher.stop());
  }
  int received = 0;
  bus::JetStreamBus consumer(io.get_executor(), system_clock, system_timers, settings);
  consumer.subscribe({.consumer = "bench",
                      .subject = bench_subject,
                      .handler = [&received](const bus::Event&) { return count_one(received); }});
  consumer.start();
  run_task(io, consume_all(received, count));
  run_task(io, consumer.stop());
  return 0;
}
