// I12: an event that cannot be handled blocks no other event and is kept as a dead letter.
#include "common/bus/jetstream/jetstream_bus.hpp"

#include <gmock/gmock.h>

#include "common/bus/jetstream/dead_letter_stream.hpp"
#include "common/bus/jetstream/message_eraser.hpp"
#include "fixtures/event_bus_contract.hpp"
#include "fixtures/jetstream_fixture.hpp"
#include "fixtures/patience.hpp"

namespace ticketing::bus {
namespace {

using testing::HasSubstr;
using testing::Not;

class JetStreamTestBus final : public TestBus {
 public:
  JetStreamTestBus(const Executor& executor, const DeliveryPolicy& policy)
      : bus_(executor, clock_, timers_,
             {.url = server_.url(),
              .name = "test",
              .subjects = {"contract.>"},
              .delivery = policy}) {}
  EventBus& bus() override { return bus_; }

 private:
  servers::NatsServer server_;
  SystemClock clock_;
  SystemTimers timers_;
  JetStreamBus bus_;
};

INSTANTIATE_TEST_SUITE_P(JetStream, EventBusContract,
                         testing::Values(TestBusMaker{
                             "jetstream",
                             [](const Executor& executor, const DeliveryPolicy& policy) {
                               return std::make_unique<JetStreamTestBus>(executor, policy);
                             }}),
                         [](const auto& info) { return info.param.name; });

Task<Verdict> refuse_for_ever(const Event&) {
  throw PermanentFailure("not JSON");
  co_return Verdict::done;
}

Task<Verdict> need_what_is_away(int& calls, int away) {
  if (++calls <= away) throw Unavailable("the database is away");
  co_return Verdict::done;
}

Task<Verdict> need_what_comes_back(const bool& is_away) {
  if (is_away) throw Unavailable("the database is away");
  co_return Verdict::done;
}

TEST_F(JetStreamTest, APermanentFailureIsADeadLetterAtOnceAndCanBeReadOnTheServer) {
  const auto bus = make_bus(&refuse_for_ever);
  start(*bus);
  publish(*bus, "e1");
  ASSERT_TRUE(wait([&] { return bus->counts()[0].dead_letters == 1; }));
  stop(*bus);
  const auto letters = DeadLetterStream(server_.url()).list(0, 10);
  ASSERT_EQ(letters.size(), 1u);
  const DeadLetter& letter = letters[0].letter;
  const Event event = test_event("e1", subject);
  EXPECT_EQ(letter.consumer, "notes");
  EXPECT_EQ(letter.reason, "permanent failure: not JSON");
  EXPECT_EQ(letter.event.id, event.id);
  EXPECT_EQ(letter.event.subject, event.subject);
  EXPECT_EQ(letter.event.source, event.source);
  EXPECT_EQ(letter.event.payload, event.payload);
  EXPECT_EQ(letter.event.time, event.time);
  EXPECT_GT(letter.failed_at, event.time - std::chrono::hours{24 * 365 * 20});
}

TEST_F(JetStreamTest, AnEventThatFailedTenTimesIsADeadLetterAndBlocksNoOther) {
  Recorder listener{.throws_first = 1000};
  Recorder good;
  const auto bus = make_bus([&](const Event& event) {
    return event.id == "bad" ? listener.handle(event) : good.handle(event);
  });
  start(*bus);
  publish(*bus, "bad");
  for (int i = 0; i < 20; ++i) publish(*bus, "e" + std::to_string(i));
  ASSERT_TRUE(wait([&] { return bus->counts()[0].dead_letters == 1 && good.calls.size() == 20; }));
  sleep(Milliseconds{200});
  stop(*bus);
  EXPECT_EQ(listener.calls["bad"], failures_max);
}

TEST_F(JetStreamTest, AReplayedDeadLetterReachesItsListenerAndIsDeleted) {
  Recorder listener{.throws_first = failures_max + 1};
  const auto bus = make_bus(listener);
  start(*bus);
  publish(*bus, "e1");
  ASSERT_TRUE(wait([&] { return bus->counts()[0].dead_letters == 1; }));
  DeadLetterStream letters(server_.url());
  const std::uint64_t sequence = letters.list(0, 10).at(0).sequence;
  ASSERT_TRUE(letters.replay(sequence).has_value());
  ASSERT_TRUE(wait([&] { return bus->counts()[0].delivered == 1; }));
  EXPECT_TRUE(letters.list(0, 10).empty());
  const auto gone = letters.replay(sequence);
  ASSERT_FALSE(gone.has_value());
  EXPECT_EQ(gone.error().slug, "dead_letter_not_found");
  stop(*bus);
}

// Byte by byte, on the server's disk.
TEST_F(JetStreamTest, EventsAndDeadLettersOfAPersonAreErased) {
  const auto bus = make_bus(&refuse_for_ever);
  start(*bus);
  for (const char* id : {"ann-4711", "bob-4712"}) publish(*bus, id);
  for (int i = 0; i < 50; ++i) publish(*bus, "ann-" + std::to_string(i));
  ASSERT_TRUE(wait([&] { return bus->counts()[0].dead_letters == 52; }));
  stop(*bus);
  MessageEraser eraser(server_.url(), "", "test");
  EXPECT_EQ(eraser.erase({"contract.changed"}, "\"ann-4711\""), 0u);
  EXPECT_EQ(eraser.erase({"contract.changed", subject}, "\"ann-4711\""), 2u);
  EXPECT_EQ(eraser.erase({subject}, "\"ann-4711\""), 0u);
  EXPECT_EQ(DeadLetterStream(server_.url()).list(0, 100).size(), 51u);
  server_.stop();  // it writes what it has
  EXPECT_THAT(stored(), Not(HasSubstr("ann-4711")));
  EXPECT_THAT(stored(), HasSubstr("bob-4712"));
}

// A service writes its letters itself: what it says in them is no proof.
TEST_F(JetStreamTest, ADeadLetterThatIsMadeUpIsNotReplayed) {
  Recorder listener;
  const auto bus = make_bus(listener);
  start(*bus);
  publish(*bus, "e1");
  ASSERT_TRUE(wait([&] { return listener.received("e1", 1); }));
  const auto letter = [&](const char* about, const char* id, const char* letter_id) {
    Headers headers = event_headers(test_event(id, about));
    headers.emplace_back(message_id_header, letter_id);
    headers.emplace_back(dead_letter_consumer_header, "notes");
    publish_raw({.subject = std::string("dead.notes.") + about,
                 .headers = headers,
                 .data = test_event(id, about).payload});
  };
  letter("contract.unheard", "e1", "unheard/e1@1");
  letter(subject, "forged", "notes/forged@1");
  letter(subject, "forged", "notes/forged@77");
  letter(subject, "forged", "none");
  letter(subject, "e1", "notes/e1@1");  // as the adapter writes it
  DeadLetterStream letters(server_.url());
  ASSERT_TRUE(wait([&] { return letters.list(0, 10).size() == 5; }));
  EXPECT_THAT(letters.replay(1).error().detail,
              testing::HasSubstr("notes does not listen to contract.unheard"));
  for (std::uint64_t sequence = 2; sequence <= 4; ++sequence) {
    const auto refused = letters.replay(sequence);
    ASSERT_FALSE(refused) << sequence;
    EXPECT_EQ(refused.error().slug, "dead_letter_refused");
  }
  EXPECT_TRUE(letters.replay(5));
  ASSERT_TRUE(wait([&] { return listener.received("e1", 2); }));
  EXPECT_EQ(letters.list(0, 10).size(), 4U) << "those that are refused are kept";
  EXPECT_FALSE(listener.calls.contains("forged"));
  EXPECT_TRUE(letters.replay(2, true)) << "for a person who has looked at it";
  ASSERT_TRUE(wait([&] { return listener.received("forged", 1); }));
  stop(*bus);
}

TEST_F(JetStreamTest, AServerWithoutAStreamOfDeadLettersIsReported) {
  try {
    DeadLetterStream letters(server_.url());
    FAIL() << "there is a stream";
  } catch (const Unavailable& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("no stream DEAD_LETTERS"));
  }
}

TEST_F(JetStreamTest, AReplayedDeadLetterThatFailsAgainIsADeadLetterAgain) {
  const auto bus = make_bus(&refuse_for_ever);
  start(*bus);
  publish(*bus, "e1");
  ASSERT_TRUE(wait([&] { return bus->counts()[0].dead_letters == 1; }));
  DeadLetterStream letters(server_.url());
  ASSERT_TRUE(letters.replay(letters.list(0, 10).at(0).sequence).has_value());
  ASSERT_TRUE(wait([&] { return bus->counts()[0].dead_letters == 2; }));
  EXPECT_EQ(letters.list(0, 10).size(), 1u);
  stop(*bus);
}

// What a service was sent and passed on, or an answer of the server that it had sent there.
TEST_F(JetStreamTest, AMessageThatWasNotSentAsTheEventOfItsSubjectIsNoEvent) {
  Recorder listener;
  const auto bus = make_bus(listener);
  std::vector<std::string> observed;
  bus->observe(subject, [&observed](const Event& event) { observed.push_back(event.id); });
  start(*bus);
  publish_raw({.subject = subject, .headers = event_headers(test_event("e1", "contract.other"))});
  publish_raw({.subject = subject, .data = R"({"stream":"EVENTS","seq":1})"});
  publish(*bus, "e2");
  // Observers have a subscription of their own: e2 may reach them after the listener.
  ASSERT_TRUE(wait([&] {
    return listener.received("e2", 1) && bus->counts()[0].pending == 0 && !observed.empty();
  }));
  stop(*bus);
  EXPECT_EQ(listener.calls.size(), 1U);
  EXPECT_EQ(observed, std::vector<std::string>{"e2"});
  EXPECT_TRUE(DeadLetterStream(server_.url()).list(0, 10).empty()) << "a replay would believe it";
}

TEST_F(JetStreamTest, AnOutageOfTheDatabaseMakesNoDeadLetter) {
  int calls = 0;
  const auto bus =
      make_bus([&calls](const Event&) { return need_what_is_away(calls, 3 * failures_max); });
  start(*bus);
  publish(*bus, "e1");
  ASSERT_TRUE(wait([&] { return bus->counts()[0].delivered == 1; }));
  EXPECT_EQ(bus->counts()[0].dead_letters, 0u);
  EXPECT_GT(calls, 3 * failures_max);
  stop(*bus);
}

// Applies e1 first, and then the others in any order.
struct Family {
  bool first_came = false;
  std::set<std::string> applied;
  Task<Verdict> handle(Event event) {
    first_came = first_came || event.id == "e1";
    if (!first_came) co_return Verdict::retry_later;
    applied.insert(event.id);
    co_return Verdict::done;
  }
};

TEST_F(JetStreamTest, MoreWaitingEventsThanMayBeInHandDoNotBlockThePredecessor) {
  Family family;
  const auto bus = make_bus([&family](const Event& event) { return family.handle(event); });
  start(*bus);
  constexpr std::size_t count = 2 * DurableSubscription::in_hand_max;
  for (std::size_t i = count; i >= 1; --i) publish(*bus, "e" + std::to_string(i));
  EXPECT_TRUE(wait([&] { return family.applied.size() == count; })) << family.applied.size();
  EXPECT_GT(bus->counts()[0].retry_later, count / 2);
  stop(*bus);
}

TEST_F(JetStreamTest, EveryReplicaReportsTheUnsettledEventsOfAllReplicas) {
  bool is_away = true;
  const auto handle = [&is_away](const Event&) { return need_what_comes_back(is_away); };
  const auto one = make_bus(handle);
  const auto two = make_bus(handle);
  start(*one);
  start(*two);
  constexpr int count = 1'200;  // more than both hold in hand
  StubbornPublisher publisher(io_.get_executor(), timers_, *one, count);
  publisher.start();
  ASSERT_TRUE(wait([&] { return publisher.is_done(); }));
  const auto both_tell = [&](std::uint64_t pending) {
    return one->counts()[0].pending == pending && two->counts()[0].pending == pending;
  };
  EXPECT_TRUE(wait([&] { return both_tell(count); })) << one->counts()[0].pending;
  is_away = false;
  EXPECT_TRUE(wait([&] { return both_tell(0); })) << one->counts()[0].pending;
  EXPECT_GE(one->counts()[0].delivered + two->counts()[0].delivered, count);
  stop(*two);
  stop(*one);
}

TEST_F(JetStreamTest, TheSameEventPublishedTwiceIsStoredOnce) {
  ack_wait_ = std::chrono::minutes{1};  // none comes again because the machine is slow
  Recorder listener;
  const auto bus = make_bus(listener);
  start(*bus);
  publish(*bus, "e1");
  publish(*bus, "e1");
  publish(*bus, "e2");
  ASSERT_TRUE(wait([&] { return listener.received("e2", 1); }));
  stop(*bus);
  EXPECT_EQ(listener.calls["e1"], 1);
}

TEST_F(JetStreamTest, TwoReplicasShareTheEventsAndOneTakesOverWhenTheOtherStops) {
  Recorder first;
  Recorder second;
  const auto one = make_bus(first);
  const auto two = make_bus(second);
  start(*one);
  start(*two);
  StubbornPublisher publisher(io_.get_executor(), timers_, *one, 2000);
  publisher.start();
  ASSERT_TRUE(wait([&] { return second.calls.size() > 100; }));
  stop(*two);
  const std::size_t taken_by_two = second.calls.size();
  ASSERT_TRUE(wait([&] { return publisher.is_done(); }));
  ASSERT_TRUE(wait([&] {
    std::set<std::string> all;
    for (const auto& [id, calls] : first.calls) all.insert(id);
    for (const auto& [id, calls] : second.calls) all.insert(id);
    return all.size() == 2000;
  }));
  stop(*one);
  EXPECT_GT(first.calls.size(), 100u);
  EXPECT_EQ(second.calls.size(), taken_by_two);
}

TEST_F(JetStreamTest, EventsPublishedBeforeTheFirstStartOfAListenerAreDeliveredToIt) {
  Recorder early;
  const auto publishing = make_bus(early);
  start(*publishing);
  publish(*publishing, "e1");
  ASSERT_TRUE(wait([&] { return early.received("e1", 1); }));
  Recorder late;
  JetStreamBus other(io_.get_executor(), clock_, timers_, settings());
  other.subscribe({.consumer = "papers",
                   .subject = subject,
                   .handler = [&late](const Event& event) { return late.handle(event); }});
  start(other);
  EXPECT_TRUE(wait([&] { return late.received("e1", 1); }));
  stop(other);
  stop(*publishing);
}

TEST_F(JetStreamTest, PublishingWithoutAServerIsRefusedAtOnceAndWorksWhenItIsUp) {
  server_.kill();
  Recorder listener;
  const auto bus = make_bus(listener);
  bus->start();
  sleep(Milliseconds{100});
  EXPECT_FALSE(bus->is_ready());
  auto fastest = SteadyTime::duration::max();
  for (int i = 0; i < 5; ++i) {
    const SteadyTime began = clock_.steady_now();
    EXPECT_THROW(publish(*bus, "e1"), Unavailable);
    fastest = std::min(fastest, clock_.steady_now() - began);
  }
  EXPECT_LT(fastest, std::chrono::seconds{1}) << "an attempt would take 2 s";
  server_.start();
  ASSERT_TRUE(wait([&] { return bus->is_ready(); }));
  publish(*bus, "e1");
  EXPECT_TRUE(wait([&] { return listener.received("e1", 1); }));
  stop(*bus);
}

TEST_F(JetStreamTest, TheRunningServerIsFoundAmongSeveral) {
  JetStreamSettings several = settings();
  several.url = "nats://127.0.0.1:1, " + server_.url();
  JetStreamBus bus(io_.get_executor(), clock_, timers_, several);
  start(bus);
  publish(bus, "e1");
  stop(bus);
  EXPECT_EQ(DeadLetterStream(several.url).list(0, 1).size(), 0u);
}

TEST_F(JetStreamTest, StoppingWithoutAServerIsQuick) {
  server_.kill();
  Recorder listener;
  const auto bus = make_bus(listener);
  bus->start();
  sleep(Milliseconds{100});
  const SteadyTime began = clock_.steady_now();
  stop(*bus);
  EXPECT_LT(clock_.steady_now() - began, fixtures::patient(std::chrono::seconds{3}));
}

}  // namespace
}  // namespace ticketing::bus
