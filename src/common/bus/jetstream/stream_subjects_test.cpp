#include "common/bus/jetstream/stream_subjects.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures/jetstream_fixture.hpp"

namespace ticketing::bus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(StreamSubjects, MatchAsTheServerDoes) {
  EXPECT_TRUE(matches("a.b", "a.b"));
  EXPECT_TRUE(matches("a.*", "a.b"));
  EXPECT_TRUE(matches("*.b", "a.b"));
  EXPECT_TRUE(matches("a.>", "a.b"));
  EXPECT_TRUE(matches("a.>", "a.b.c"));
  EXPECT_TRUE(matches(">", "a"));
  EXPECT_FALSE(matches("a.b", "a.c"));
  EXPECT_FALSE(matches("a.b", "a.bc"));
  EXPECT_FALSE(matches("a.b", "a"));
  EXPECT_FALSE(matches("a.*", "a.b.c"));
  EXPECT_FALSE(matches("a.>", "a"));
  EXPECT_FALSE(matches("a.>", "ab.c"));
}

TEST(StreamSubjects, OfANewStreamAreTheFamiliesEachOnce) {
  EXPECT_THAT(extended({}, {"a.made", "a.gone", "b.made"}), ElementsAre("a.>", "b.>"));
}

TEST(StreamSubjects, AreOnlyAdded) {
  EXPECT_THAT(extended({"old.>", "a.>"}, {"a.made", "b.made"}), ElementsAre("old.>", "a.>", "b.>"));
  EXPECT_THAT(extended({"*.made"}, {"a.made"}), ElementsAre("*.made"));
}

TEST(StreamSubjects, DoNotOverlap) {
  EXPECT_THAT(extended({"a.made", "a.*.x", "b.made"}, {"a.gone"}), ElementsAre("b.made", "a.>"));
}

TEST(StreamSubjects, ThatAreMissingAreNamed) {
  EXPECT_THAT(not_taken({"a.>"}, {"a.made", "b.made"}), ElementsAre("b.made"));
  EXPECT_THAT(not_taken({"a.>", "b.>"}, {"a.made", "b.made"}), IsEmpty());
}

// A system of which one process makes the stream; another one, built elsewhere, brings events of
// its own.
class StreamOfASystem : public JetStreamTest {
 protected:
  static constexpr const char* own_subject = "elsewhere.made";

  std::unique_ptr<JetStreamBus> make(bool declares, std::vector<std::string> subjects) {
    JetStreamSettings own = settings();
    own.declares_streams = declares;
    own.subjects = std::move(subjects);
    return std::make_unique<JetStreamBus>(io_.get_executor(), clock_, timers_, own);
  }
  // Starts a process that makes the stream, and ends it.
  void declare(std::vector<std::string> subjects) {
    const auto maker = make(true, std::move(subjects));
    start(*maker);
    stop(*maker);
  }
};

TEST_F(StreamOfASystem, GetsSubjectsWhileItRunsAndKeepsThem) {
  declare({subject});
  Recorder listener;
  const auto bus = make(false, {own_subject});
  bus->subscribe({.consumer = "elsewhere", .subject = own_subject, .handler = [&](const Event& e) {
                    return listener.handle(e);
                  }});
  bus->start();
  sleep(Milliseconds{500});
  EXPECT_FALSE(bus->is_ready()) << "nothing takes what it publishes";
  declare({subject, own_subject});
  ASSERT_TRUE(wait([&] { return bus->is_ready(); }));
  // A replica of the release before, or one that is configured otherwise.
  declare({subject});
  sleep(Milliseconds{500});
  EXPECT_TRUE(bus->is_ready());
  run_task(io_, bus->publish(test_event("e1", own_subject)));
  run_task(io_, bus->publish(test_event("e2", "elsewhere.gone")));
  EXPECT_TRUE(wait([&] { return listener.received("e1", 1); }));
  stop(*bus);
}

TEST_F(StreamOfASystem, IsRepairedWhenASubjectWasRemoved) {
  JetStreamSettings own = settings();
  own.subjects = {subject, own_subject};
  own.check_interval = Milliseconds{60'000};  // a refused event makes it look at once
  const auto maker =
      std::make_unique<JetStreamBus>(io_.get_executor(), clock_, timers_, std::move(own));
  start(*maker);
  {
    natsConnection* connection = nullptr;
    jsCtx* js = nullptr;
    ASSERT_EQ(natsConnection_ConnectTo(&connection, server_.url().c_str()), NATS_OK);
    ASSERT_EQ(natsConnection_JetStream(&js, connection, nullptr), NATS_OK);
    const char* subjects[] = {"contract.>"};
    jsStreamConfig config;
    jsStreamConfig_Init(&config);
    config.Name = event_stream;
    config.Subjects = subjects;
    config.SubjectsLen = 1;
    EXPECT_EQ(js_UpdateStream(nullptr, js, &config, nullptr, nullptr), NATS_OK);
    jsCtx_Destroy(js);
    natsConnection_Destroy(connection);
  }
  const auto takes_it = [&] {
    try {
      run_task(io_, maker->publish(test_event("e1", own_subject)));
      return true;
    } catch (const std::exception&) {
      return false;
    }
  };
  EXPECT_FALSE(takes_it());
  EXPECT_TRUE(wait(takes_it));
  stop(*maker);
}

}  // namespace
}  // namespace ticketing::bus
