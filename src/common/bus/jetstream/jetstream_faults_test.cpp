// I10: the JetStream adapter on a server that is killed, paused or wiped, or loses what it stored.
// The seed is printed.
#include <nats/nats.h>

#include "fixtures/jetstream_fixture.hpp"

namespace ticketing::bus {
namespace {

class JetStreamFaults : public JetStreamTest {
 protected:
  std::size_t received() const { return listener_.calls.size(); }
  // Everything published has been delivered, at least once; in the end, the system is at rest.
  void expect_all(StubbornPublisher& publisher, std::size_t count) {
    EXPECT_TRUE(
        wait([&] { return publisher.is_done() && received() == count; }, std::chrono::seconds{60}))
        << publisher.taken() << " were taken, " << received() << " of " << count << " delivered";
    publisher.give_up();
    wait([&] { return publisher.is_done() || publisher.taken() > 0; });
  }

  Recorder listener_;
};

TEST_F(JetStreamFaults, NothingIsLostWhenTheServerIsKilledAgainAndAgainUnderLoad) {
  std::mt19937_64 random(test_seed());
  const auto bus = make_bus(listener_);
  start(*bus);
  constexpr int count = 5000;
  StubbornPublisher publisher(io_.get_executor(), timers_, *bus, count);
  publisher.start();
  for (int i = 0; i < 4; ++i) {
    sleep(Milliseconds{50 + random() % 150});
    server_.kill();
    sleep(Milliseconds{random() % 300});
    server_.start();
    ASSERT_TRUE(wait([&] { return bus->is_ready(); })) << "after kill " << i;
  }
  expect_all(publisher, count);
  stop(*bus);
}

TEST_F(JetStreamFaults, APauseOfTheServerLosesNothingAndAPublishGivesUpAfterTwoSeconds) {
  const auto bus = make_bus(listener_);
  start(*bus);
  publish(*bus, "first");
  server_.pause();
  const SteadyTime began = clock_.steady_now();
  EXPECT_THROW(publish(*bus, "e0"), OutcomeUnknown);
  const auto waited = clock_.steady_now() - began;
  EXPECT_GE(waited, Milliseconds{1'900});
  EXPECT_LT(waited, std::chrono::seconds{20});
  StubbornPublisher publisher(io_.get_executor(), timers_, *bus, 500);
  publisher.start();
  sleep(Milliseconds{1'000});
  server_.resume();
  expect_all(publisher, 501);
  stop(*bus);
}

TEST_F(JetStreamFaults, AWipedStoreIsCreatedAgainAndItsOwnerPublishesAgain) {
  std::mt19937_64 random(test_seed());
  const auto bus = make_bus(listener_);
  constexpr int count = 2000;
  StubbornPublisher publisher(io_.get_executor(), timers_, *bus, count);
  int lost = 0;
  bus->on_store_lost([&](Timestamp) {
    if (++lost > 1) publisher.publish_again();  // the first call reports the start
  });
  start(*bus);
  EXPECT_EQ(lost, 1);
  publisher.start();
  sleep(Milliseconds{100 + random() % 200});
  server_.wipe();
  ASSERT_TRUE(wait([&] { return lost >= 2; }));
  publisher.start();  // an outbox relay never ends
  expect_all(publisher, count);
  stop(*bus);
}

TEST_F(JetStreamFaults, TheTimeOfTheStoreIsReportedSoThatOlderEventsCanBePublishedAgain) {
  const Timestamp before = clock_.now();
  const auto bus = make_bus(listener_);
  Timestamp told{};
  bus->on_store_lost([&](Timestamp t) { told = t; });
  start(*bus);
  EXPECT_GE(told, before);
  EXPECT_LT(told, clock_.now() + std::chrono::minutes{2});
  stop(*bus);

  sleep(Milliseconds{50});
  Recorder other;
  const auto later = make_bus(other);
  Timestamp told_later{};
  later->on_store_lost([&](Timestamp t) { told_later = t; });
  start(*later);
  EXPECT_EQ(told_later, told);
  stop(*later);
}

// Deletes things behind the adapter's back.
class Intruder {
 public:
  explicit Intruder(const servers::NatsServer& server) {
    EXPECT_EQ(natsConnection_ConnectTo(&connection_, server.url().c_str()), NATS_OK);
    EXPECT_EQ(natsConnection_JetStream(&js_, connection_, nullptr), NATS_OK);
  }
  ~Intruder() {
    jsCtx_Destroy(js_);
    natsConnection_Destroy(connection_);
  }
  // What was deleted is gone, or made again since. The server's status does not say so: it reports
  // an error when it wrote a file into the folder that it was removing.
  void delete_stream() {
    const auto created = stream_created_at();
    js_DeleteStream(js_, event_stream, nullptr, nullptr);
    EXPECT_NE(stream_created_at(), created);
  }
  void delete_consumer(const char* name) {
    const auto created = consumer_created_at(name);
    js_DeleteConsumer(js_, event_stream, name, nullptr, nullptr);
    EXPECT_NE(consumer_created_at(name), created);
  }
  void publish(const Event& event) {
    const MessagePointer message =
        to_nats({.subject = event.subject, .headers = event_headers(event), .data = event.payload});
    EXPECT_EQ(js_PublishMsg(nullptr, js_, message.get(), nullptr, nullptr), NATS_OK);
  }

 private:
  // In nanoseconds since 1970; 0 for what does not exist.
  std::int64_t stream_created_at() {
    jsStreamInfo* info = nullptr;
    if (js_GetStreamInfo(&info, js_, event_stream, nullptr, nullptr) != NATS_OK) return 0;
    const std::int64_t created = info->Created;
    jsStreamInfo_Destroy(info);
    return created;
  }
  std::int64_t consumer_created_at(const char* name) {
    jsConsumerInfo* info = nullptr;
    if (js_GetConsumerInfo(&info, js_, event_stream, name, nullptr, nullptr) != NATS_OK) return 0;
    const std::int64_t created = info->Created;
    jsConsumerInfo_Destroy(info);
    return created;
  }

  natsConnection* connection_ = nullptr;
  jsCtx* js_ = nullptr;
};

TEST_F(JetStreamFaults, ADeletedStreamIsDeclaredAgainWithItsConsumers) {
  const auto bus = make_bus(listener_);
  int lost = 0;
  bus->on_store_lost([&](Timestamp) { ++lost; });
  start(*bus);
  Intruder(server_).delete_stream();
  StubbornPublisher publisher(io_.get_executor(), timers_, *bus, 100);
  publisher.start();
  expect_all(publisher, 100);
  EXPECT_GE(lost, 2);
  stop(*bus);
}

TEST_F(JetStreamFaults, ADeletedConsumerIsDeclaredAgainAndGetsEveryEvent) {
  const auto bus = make_bus(listener_);
  start(*bus);
  publish(*bus, "before");
  ASSERT_TRUE(wait([&] { return listener_.received("before", 1); }));
  Intruder(server_).delete_consumer("notes-contract_created");
  publish(*bus, "after");
  EXPECT_TRUE(wait([&] { return listener_.received("after", 1); }));
  stop(*bus);
}

TEST_F(JetStreamFaults, DuplicatedEventsAreDeliveredEachTime) {
  ack_wait_ = std::chrono::minutes{1};  // none comes again because the machine is slow
  const auto bus = make_bus(listener_);
  start(*bus);
  Intruder intruder(server_);
  for (int i = 0; i < 50; ++i) {
    const std::string id = "e" + std::to_string(i);
    publish(*bus, id);
    intruder.publish(test_event(id, subject));
    if (i % 5 == 0) intruder.publish(test_event(id, subject));
  }
  EXPECT_TRUE(wait([&] { return bus->counts()[0].delivered >= 110; }));
  stop(*bus);
  EXPECT_EQ(received(), 50u);
  EXPECT_EQ(listener_.calls["e5"], 3);
}

Task<Verdict> hold_until(Timers& timers, const bool& released) {
  while (!released) co_await timers.sleep_for(Milliseconds{5});
  co_return Verdict::retry_later;
}

TEST_F(JetStreamFaults, WhatAProcessReleasedGoesToAnotherOne) {
  ack_wait_ = std::chrono::minutes{2};
  bool released = false;
  const auto stuck =
      make_bus([&](const Event&) -> Task<Verdict> { return hold_until(timers_, released); });
  start(*stuck);
  publish(*stuck, "e1");
  sleep(Milliseconds{200});
  released = true;
  stop(*stuck);
  const auto other = make_bus(listener_);
  const SteadyTime began = clock_.steady_now();
  start(*other);
  EXPECT_TRUE(wait([&] { return listener_.received("e1", 1); }));
  EXPECT_LT(clock_.steady_now() - began, settings().ack_wait / 2);
  stop(*other);
}

Task<Verdict> take_long(Timers& timers, Milliseconds length, int& calls) {
  ++calls;
  co_await timers.sleep_for(length);
  co_return Verdict::done;
}

TEST_F(JetStreamFaults, AHandlerThatTakesLongerThanTheWaitForItIsNotCalledAgain) {
  ack_wait_ = std::chrono::seconds{4};
  int calls = 0;
  const auto bus = make_bus([&](const Event&) -> Task<Verdict> {
    return take_long(timers_, 2 * settings().ack_wait + Milliseconds{500}, calls);
  });
  start(*bus);
  publish(*bus, "e1");
  EXPECT_TRUE(wait([&] { return bus->counts()[0].delivered == 1; }));
  sleep(Milliseconds{300});
  stop(*bus);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace ticketing::bus
