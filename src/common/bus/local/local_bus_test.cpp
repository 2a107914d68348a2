// I12: an event that cannot be handled blocks no other event and is kept as a dead letter.
#include "common/bus/local/local_bus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "common/db/sqlite/sqlite_database.hpp"
#include "fixtures/event_bus_contract.hpp"
#include "fixtures/test_time.hpp"

namespace ticketing::bus {
namespace {

std::unique_ptr<db::Database> open_letters(const Executor& executor,
                                           const TemporaryFolder& folder) {
  return db::open_sqlite(executor,
                         {.path = folder.file("letters.db"),
                          .execution = db::SqliteSettings::Execution::inline_on_executor},
                         dead_letters_migrations());
}

class LocalTestBus final : public TestBus {
 public:
  LocalTestBus(const Executor& executor, const DeliveryPolicy& policy)
      : letters_(open_letters(executor, folder_)),
        bus_(executor, clock_, timers_, *letters_, {}, policy) {}
  EventBus& bus() override { return bus_; }

 private:
  TemporaryFolder folder_;
  SystemClock clock_;
  SystemTimers timers_;
  std::unique_ptr<db::Database> letters_;
  LocalBus bus_;
};

INSTANTIATE_TEST_SUITE_P(Local, EventBusContract,
                         testing::Values(TestBusMaker{
                             "local",
                             [](const Executor& executor, const DeliveryPolicy& policy) {
                               return std::make_unique<LocalTestBus>(executor, policy);
                             }}),
                         [](const auto& info) { return info.param.name; });

class LocalBusTest : public testing::Test {
 protected:
  static constexpr int failures_max = DeliveryPolicy{}.failures_max;
  enum class Published { no, yes, thrown };

  void start(LocalBusFaults faults = {}) {
    bus_ = std::make_unique<LocalBus>(io_.get_executor(), time_, time_, *letters_, faults);
    for (Subscription& subscription : subscriptions_) bus_->subscribe(std::move(subscription));
    subscriptions_.clear();
    bus_->start();
  }
  void subscribe(const std::string& consumer, Recorder& listener) {
    subscribe(consumer, [&listener](const Event& event) { return listener.handle(event); });
  }
  void subscribe(const std::string& consumer, Handler handler) {
    subscriptions_.push_back(
        {.consumer = consumer, .subject = "note.created", .handler = std::move(handler)});
  }
  void publish(const std::string& id, Published& result) {
    spawn(io_.get_executor(), "publish",
          publish_one(*bus_, test_event(id, "note.created"), result));
  }
  static Task<> publish_one(LocalBus& bus, Event event, Published& result) {
    try {
      co_await bus.publish(event);
      result = Published::yes;
    } catch (const Unavailable&) {
      result = Published::thrown;
    }
  }
  std::vector<DeadLetter> dead_letters() { return run_task(io_, bus_->list_dead_letters(100)); }
  DeliveryCounts counts(std::size_t subscription = 0) { return bus_->counts().at(subscription); }

  asio::io_context io_;
  TemporaryFolder folder_;
  TestTime time_{io_};
  std::unique_ptr<db::Database> letters_ = open_letters(io_.get_executor(), folder_);
  std::vector<Subscription> subscriptions_;
  std::unique_ptr<LocalBus> bus_;
};

TEST_F(LocalBusTest, PublishingEndsOnlyWhenEveryListenerIsDone) {
  Recorder quick;
  Recorder slow{.throws_first = 3};
  subscribe("quick", quick);
  subscribe("slow", slow);
  start();
  Published published = Published::no;
  publish("e1", published);
  time_.run(Milliseconds{300});  // the third retry begins after 50 + 100 + 200 ms
  EXPECT_EQ(published, Published::no);
  EXPECT_EQ(quick.calls["e1"], 1);
  time_.run(Milliseconds{100});
  EXPECT_EQ(published, Published::yes);
  EXPECT_EQ(slow.calls["e1"], 4);
  EXPECT_EQ(counts(1).retried, 3u);
  EXPECT_EQ(counts(1).delivered, 1u);
}

TEST_F(LocalBusTest, AnEventWithoutAListenerIsPublishedAtOnce) {
  start();
  Published published = Published::no;
  publish("e1", published);
  io_.run();
  EXPECT_EQ(published, Published::yes);
}

TEST_F(LocalBusTest, AnEventThatFailedTenTimesIsADeadLetterWithItsReason) {
  Recorder listener{.throws_first = 1000};
  subscribe("notes", listener);
  start();
  Published published = Published::no;
  publish("e1", published);
  time_.run();
  EXPECT_EQ(published, Published::yes);
  EXPECT_EQ(listener.calls["e1"], failures_max);
  const auto letters = dead_letters();
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].consumer, "notes");
  EXPECT_EQ(letters[0].event.payload, test_event("e1", "").payload);
  EXPECT_THAT(letters[0].reason, testing::HasSubstr("not today"));
  EXPECT_EQ(counts().dead_letters, 1u);
}

// Until `recovered`, what the handler needs is not available.
Task<Verdict> need_what_is_away(const bool& recovered) {
  if (!recovered) throw Unavailable("the database is away");
  co_return Verdict::done;
}

TEST_F(LocalBusTest, AnOutageOfAnHourMakesNoDeadLetter) {
  bool recovered = false;
  subscribe("notes", [&recovered](const Event&) { return need_what_is_away(recovered); });
  start();
  Published published = Published::no;
  publish("e1", published);
  time_.run(std::chrono::hours{1});
  EXPECT_EQ(published, Published::no);
  EXPECT_GT(counts().retried, static_cast<std::uint64_t>(10 * failures_max));
  EXPECT_TRUE(dead_letters().empty());
  recovered = true;
  time_.run(std::chrono::seconds{6});
  EXPECT_EQ(published, Published::yes);
}

Task<Verdict> refuse_for_ever(const Event&) {
  throw PermanentFailure("not JSON");
  co_return Verdict::done;
}

TEST_F(LocalBusTest, APermanentFailureIsADeadLetterAtOnce) {
  subscribe("notes", &refuse_for_ever);
  start();
  Published published = Published::no;
  publish("e1", published);
  time_.run(Milliseconds{0});
  EXPECT_EQ(published, Published::yes);
  EXPECT_EQ(dead_letters().size(), 1u);
  EXPECT_EQ(counts().retried, 0u);
}

// Applies e1, e2, … in this order only.
struct Sequence {
  int applied = 0;
  int early = 0;
  Task<Verdict> handle(Event event) {
    const int number = std::stoi(event.id.substr(1));
    if (number <= applied) co_return Verdict::done;
    if (number > applied + 1) {
      ++early;
      co_return Verdict::retry_later;
    }
    applied = number;
    co_return Verdict::done;
  }
};

TEST_F(LocalBusTest, AnEventWaitsForItsPredecessor) {
  Sequence sequence;
  subscribe("notes", [&sequence](const Event& event) { return sequence.handle(event); });
  start();
  Published second = Published::no;
  Published first = Published::no;
  publish("e2", second);
  time_.run(Milliseconds{2000});
  EXPECT_EQ(second, Published::no);
  publish("e1", first);
  time_.run(Milliseconds{1100});
  EXPECT_EQ(first, Published::yes);
  EXPECT_EQ(second, Published::yes);
  EXPECT_EQ(sequence.applied, 2);
  EXPECT_EQ(counts().retry_later, static_cast<std::uint64_t>(sequence.early));
}

TEST_F(LocalBusTest, MoreWaitingEventsThanMayRunDoNotBlockThePredecessor) {
  Sequence sequence;
  subscribe("notes", [&sequence](const Event& event) { return sequence.handle(event); });
  start();
  constexpr int count = static_cast<int>(LocalBus::handlers_max) + 20;
  std::vector<Published> published(count + 1, Published::no);
  for (int i = count; i >= 1; --i)
    publish("e" + std::to_string(i), published[static_cast<std::size_t>(i)]);
  time_.run(std::chrono::minutes{9});
  EXPECT_EQ(sequence.applied, count);
  EXPECT_EQ(std::count(published.begin(), published.end(), Published::yes), count);
}

TEST_F(LocalBusTest, APredecessorThatNeverComesMakesADeadLetterAfterTenMinutes) {
  Sequence sequence;
  subscribe("notes", [&sequence](const Event& event) { return sequence.handle(event); });
  start();
  Published published = Published::no;
  publish("e2", published);
  time_.run(std::chrono::minutes{9});
  EXPECT_EQ(published, Published::no);
  time_.run(std::chrono::minutes{2});
  EXPECT_EQ(published, Published::yes);
  EXPECT_EQ(dead_letters().size(), 1u);
}

TEST_F(LocalBusTest, StoppingLeavesUnfinishedEventsUnpublished) {
  Recorder listener{.throws_first = 1000};
  subscribe("notes", listener);
  start();
  Published unfinished = Published::no;
  publish("e1", unfinished);
  time_.run(Milliseconds{200});
  bool stopped = false;
  spawn(io_.get_executor(), "stop", [](LocalBus& bus, bool& done) -> Task<> {
    co_await bus.stop();
    done = true;
  }(*bus_, stopped));
  io_.restart();
  io_.poll();
  EXPECT_FALSE(stopped);
  time_.run();
  EXPECT_TRUE(stopped);
  EXPECT_EQ(unfinished, Published::thrown);
  Published late = Published::no;
  publish("e2", late);
  time_.run();
  EXPECT_EQ(late, Published::thrown);
  EXPECT_EQ(listener.calls.count("e2"), 0u);
}

TEST_F(LocalBusTest, ADeadLetterIsKeptUntilAReplaySucceeds) {
  Recorder listener{.throws_first = failures_max + 1};
  subscribe("notes", listener);
  start();
  Published published = Published::no;
  publish("e1", published);
  time_.run();
  const auto again = run_task(io_, bus_->replay_dead_letter("notes", "e1"));
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().slug, "dead_letter_failed_again");
  EXPECT_EQ(dead_letters().size(), 1u);
  EXPECT_TRUE(run_task(io_, bus_->replay_dead_letter("notes", "e1")).has_value());
  EXPECT_TRUE(dead_letters().empty());
  const auto gone = run_task(io_, bus_->replay_dead_letter("notes", "e1"));
  ASSERT_FALSE(gone.has_value());
  EXPECT_EQ(gone.error().slug, "dead_letter_not_found");
}

TEST_F(LocalBusTest, DeadLettersOfAPersonAreForgotten) {
  Recorder listener{.throws_first = 1000};
  subscribe("notes", listener);
  start();
  Published published = Published::no;
  for (const char* id : {"ann", "ann-marie", "bob"}) publish(id, published);
  time_.run();
  EXPECT_EQ(dead_letters().size(), 3u);
  run_task(io_, bus_->forget_dead_letters({"memo.created"}, "\"ann\""));
  EXPECT_EQ(dead_letters().size(), 3u);
  run_task(io_, bus_->forget_dead_letters({"memo.created", "note.created"}, "\"ann\""));
  std::set<std::string> left;
  for (const DeadLetter& letter : dead_letters()) left.insert(letter.event.id);
  EXPECT_EQ(left, (std::set<std::string>{"ann-marie", "bob"}));
}

TEST_F(LocalBusTest, WithFaultsEverythingStillArrivesSomeTwiceAndOutOfOrder) {
  SeededRandom random(7);
  std::vector<std::string> order;
  subscribe("notes", [&order](const Event& event) {
    return [](std::vector<std::string>& seen, std::string id) -> Task<Verdict> {
      seen.push_back(std::move(id));
      co_return Verdict::done;
    }(order, event.id);
  });
  start(
      {.random = &random, .duplicate_percent = 30, .delay_max = Milliseconds{20}, .reorder = true});
  std::vector<Published> published(100, Published::no);
  for (int i = 0; i < 100; ++i)
    publish(std::to_string(100 + i), published[static_cast<std::size_t>(i)]);
  time_.run();
  EXPECT_EQ(std::count(published.begin(), published.end(), Published::yes), 100);
  EXPECT_GT(order.size(), 110u);
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
  EXPECT_EQ(std::set<std::string>(order.begin(), order.end()).size(), 100u);
}

}  // namespace
}  // namespace ticketing::bus
