// I8: the relay publishes every committed event, and only committed ones.
#include "common/bus/outbox_relay.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "common/async/timers.hpp"
#include "common/base/id.hpp"
#include "common/db/sqlite/sqlite_database.hpp"
#include "fixtures/run_task.hpp"

namespace ticketing::bus {
namespace {

// A bus that counts; it can be out of order, or keep events for a while.
class CountingBus final : public EventBus {
 public:
  void subscribe(Subscription) override {}
  void observe(std::string, std::function<void(const Event&)>) override {}
  void start() override {}
  Task<> stop() override { co_return; }
  bool is_ready() const override { return !out_; }
  Task<> publish(const Event& event) override {
    ++offered_;
    most_at_once_ = std::max(most_at_once_, ++at_once_);
    const std::string id = event.id;
    if (!refuses_at_once_) co_await timers_.sleep_for(delay_);
    while (is_held_) co_await timers_.sleep_for(Milliseconds{5});
    --at_once_;
    if (out_ || refuses_at_once_) throw Unavailable("the bus is out");
    ++published_[id];
  }

  std::map<std::string, int> published_;
  int offered_ = 0;
  std::size_t at_once_ = 0;
  std::size_t most_at_once_ = 0;
  Milliseconds delay_{0};
  bool out_ = false;
  bool is_held_ = false;          // no publish ends
  bool refuses_at_once_ = false;  // before the caller is suspended, as a bus without a connection

 private:
  SystemTimers timers_;
};

// A database whose writes can be refused.
class FailingDatabase final : public db::Database {
 public:
  explicit FailingDatabase(std::unique_ptr<db::Database> real) : real_(std::move(real)) {}
  Task<std::vector<db::StatementResult>> commit(db::Transaction transaction) override {
    ++commits_;
    if (writes_fail_) throw Unavailable("the disk is full");
    co_return co_await real_->commit(std::move(transaction));
  }
  Task<db::StatementResult> query(db::Statement statement) override {
    ++queries_;
    if (reads_fail_) throw Unavailable("the disk is gone");
    co_return co_await real_->query(std::move(statement));
  }
  Task<bool> is_ready() override { co_return true; }

  bool writes_fail_ = false;
  bool reads_fail_ = false;
  int commits_ = 0;
  int queries_ = 0;

 private:
  std::unique_ptr<db::Database> real_;
};

class OutboxRelayTest : public testing::Test {
 protected:
  OutboxRelayTest()
      : database_(db::open_sqlite(io_.get_executor(), {.path = folder_.file("things.db")},
                                  outbox_migrations())) {}

  std::string add(std::string id) {
    db::Transaction row;
    row.statements.push_back(insert_(id, "thing.created", "{}", clock_.now()));
    run_task(io_, database_.commit(std::move(row)));
    return id;
  }
  void add_many(int count) {
    db::Transaction rows;
    for (int i = 0; i < count; ++i) {
      rows.statements.push_back(insert_(ids_.next(), "thing.created", "{}", clock_.now()));
    }
    run_task(io_, database_.commit(std::move(rows)));
  }
  std::int64_t unpublished() { return run_task(io_, relay_.backlog()).unpublished; }
  bool wait_until(const std::function<bool()>& met) {
    for (int i = 0; i < 10'000 && !met(); ++i) {
      run_task(io_, timers_.sleep_for(Milliseconds{5}));
    }
    return met();
  }
  bool drains() {
    return wait_until([this] { return unpublished() == 0; });
  }

  asio::io_context io_;
  TemporaryFolder folder_;
  SystemClock clock_;
  SystemTimers timers_;
  SystemRandom random_;
  IdGenerator ids_{clock_, random_};
  FailingDatabase database_;
  CountingBus bus_;
  Outbox outbox_{"things", "things"};
  OutboxRelay relay_{io_.get_executor(), clock_, database_, bus_, outbox_};
  const db::Sql insert_{"insert",
                        "INSERT INTO outbox (id, subject, payload, traceparent, created_at) "
                        "VALUES ($1, $2, $3, '', $4)"};
};

TEST_F(OutboxRelayTest, PublishesEveryEventOnceAndMarksIt) {
  add_many(3000);
  relay_.start();
  EXPECT_TRUE(drains());
  run_task(io_, relay_.stop());
  EXPECT_EQ(bus_.published_.size(), 3000u);
  EXPECT_EQ(bus_.offered_, 3000);
}

TEST_F(OutboxRelayTest, AnIdThatBecomesVisibleLateIsNotPassedOver) {
  const std::string early = ids_.next();
  const std::string late = ids_.next();
  add(late);
  relay_.start();
  EXPECT_TRUE(drains());
  add(early);  // like one whose transaction committed last
  relay_.wake();
  EXPECT_TRUE(drains());
  run_task(io_, relay_.stop());
  EXPECT_EQ(bus_.published_.count(early), 1u);
  EXPECT_EQ(bus_.offered_, 2);
}

TEST_F(OutboxRelayTest, HoldsNoMoreThanItsWindowAtOnce) {
  bus_.is_held_ = true;
  add_many(static_cast<int>(OutboxRelay::window_max) + 500);
  relay_.start();
  EXPECT_TRUE(wait_until([this] { return bus_.most_at_once_ >= OutboxRelay::window_max; }));
  run_task(io_, timers_.sleep_for(Milliseconds{50}));
  bus_.is_held_ = false;
  EXPECT_TRUE(drains());
  run_task(io_, relay_.stop());
  EXPECT_EQ(bus_.most_at_once_, OutboxRelay::window_max);
  EXPECT_EQ(bus_.offered_, static_cast<int>(OutboxRelay::window_max) + 500);
}

TEST_F(OutboxRelayTest, MarksManyEventsWithFewCommits) {
  add_many(2000);
  database_.commits_ = 0;
  relay_.start();
  EXPECT_TRUE(drains());
  run_task(io_, relay_.stop());
  EXPECT_LT(database_.commits_, 200);
}

TEST_F(OutboxRelayTest, AWakeUpReplacesThePoll) {
  relay_.start();
  run_task(io_, timers_.sleep_for(Milliseconds{20}));
  // Each begins when the one before was published: a poll would come half a second later. The
  // first is not counted, and what else the machine does only makes it later.
  auto fastest = SteadyTime::duration::max();
  for (int i = 1; i <= 6; ++i) {
    add(ids_.next());
    const SteadyTime before = clock_.steady_now();
    relay_.wake();
    EXPECT_TRUE(wait_until([&] { return bus_.offered_ == i; }));
    if (i > 1) fastest = std::min(fastest, clock_.steady_now() - before);
  }
  EXPECT_LT(fastest, Milliseconds{400});
  run_task(io_, relay_.stop());
}

TEST_F(OutboxRelayTest, PublishesEventsPassedToItWithoutReadingThem) {
  database_.reads_fail_ = true;
  relay_.start();
  const Event event{.id = ids_.next(), .subject = "thing.created", .payload = "{}"};
  add(event.id);
  relay_.committed(event, {.rows = {}, .affected = 1});
  EXPECT_TRUE(wait_until([this] { return bus_.published_.size() == 1; }));
  database_.reads_fail_ = false;
  EXPECT_TRUE(drains());
  run_task(io_, timers_.sleep_for(Milliseconds{600}));  // a poll meanwhile
  run_task(io_, relay_.stop());
  EXPECT_EQ(bus_.offered_, 1);
}

TEST_F(OutboxRelayTest, AnEventWhoseRowWasNotWrittenIsNotPublished) {
  relay_.start();
  relay_.committed({.id = ids_.next(), .subject = "thing.created", .payload = "{}"}, {});
  run_task(io_, timers_.sleep_for(Milliseconds{20}));
  run_task(io_, relay_.stop());
  EXPECT_EQ(bus_.offered_, 0);
}

TEST_F(OutboxRelayTest, EventsPassedBeyondItsWindowAreReadLater) {
  bus_.delay_ = Milliseconds{30};
  relay_.start();
  run_task(io_, timers_.sleep_for(Milliseconds{20}));
  const int count = static_cast<int>(OutboxRelay::window_max) + 100;
  for (int i = 0; i < count; ++i) {
    const Event event{.id = ids_.next(), .subject = "thing.created", .payload = "{}"};
    add(event.id);
    relay_.committed(event, {.rows = {}, .affected = 1});
  }
  EXPECT_TRUE(drains());
  run_task(io_, relay_.stop());
  EXPECT_LE(bus_.most_at_once_, OutboxRelay::window_max);
  EXPECT_EQ(bus_.published_.size(), static_cast<std::size_t>(count));
  EXPECT_EQ(bus_.offered_, count);
}

TEST_F(OutboxRelayTest, FindsRowsOfOthersWithoutBeingWoken) {
  relay_.start();
  run_task(io_, timers_.sleep_for(Milliseconds{20}));
  add(ids_.next());
  EXPECT_TRUE(drains());
  run_task(io_, relay_.stop());
}

TEST_F(OutboxRelayTest, EventsStayWhileTheBusIsDownAndArePublishedWhenItIsUp) {
  bus_.out_ = true;
  add_many(5);
  relay_.start();
  EXPECT_TRUE(wait_until([this] { return bus_.offered_ >= 15; }));
  EXPECT_EQ(unpublished(), 5);
  bus_.out_ = false;
  EXPECT_TRUE(drains());
  run_task(io_, relay_.stop());
  EXPECT_EQ(bus_.published_.size(), 5u);
}

TEST_F(OutboxRelayTest, NoEventIsLostWhenTheBusRefusesManyAtOnce) {
  constexpr int count = 300;
  bus_.refuses_at_once_ = true;
  add_many(count);
  relay_.start();
  EXPECT_TRUE(wait_until([this] { return bus_.offered_ >= 4 * count; })) << bus_.offered_;
  EXPECT_EQ(unpublished(), count);
  bus_.refuses_at_once_ = false;
  EXPECT_TRUE(drains()) << unpublished();
  run_task(io_, relay_.stop());
  EXPECT_EQ(bus_.published_.size(), static_cast<std::size_t>(count));
  for (const auto& [id, times] : bus_.published_) EXPECT_EQ(times, 1) << id;
}

TEST_F(OutboxRelayTest, FailedMarksAreWrittenLaterWithoutPublishingTwice) {
  add_many(5);
  database_.writes_fail_ = true;
  relay_.start();
  EXPECT_TRUE(wait_until([this] { return bus_.published_.size() == 5; }));
  run_task(io_, timers_.sleep_for(Milliseconds{150}));
  EXPECT_EQ(unpublished(), 5);
  database_.writes_fail_ = false;
  EXPECT_TRUE(drains());
  run_task(io_, relay_.stop());
  EXPECT_EQ(bus_.offered_, 5);
}

TEST_F(OutboxRelayTest, ADatabaseThatCannotBeReadIsRetriedWithGrowingPauses) {
  add(ids_.next());
  database_.reads_fail_ = true;
  database_.queries_ = 0;
  relay_.start();
  EXPECT_TRUE(wait_until([this] {
    relay_.wake();
    return database_.queries_ >= 2;
  }));
  const SteadyTime begun = clock_.steady_now();
  while (clock_.steady_now() - begun < Milliseconds{500}) {
    relay_.wake();
    run_task(io_, timers_.sleep_for(Milliseconds{5}));
  }
  EXPECT_LE(database_.queries_, 8);
  database_.reads_fail_ = false;
  EXPECT_TRUE(drains());
  run_task(io_, relay_.stop());
}

TEST_F(OutboxRelayTest, StoppingWaitsForWhatIsInFlightAndMarksIt) {
  bus_.delay_ = Milliseconds{50};
  add_many(20);
  relay_.start();
  EXPECT_TRUE(wait_until([this] { return bus_.offered_ == 20; }));
  run_task(io_, relay_.stop());
  EXPECT_EQ(bus_.published_.size(), 20u);
  EXPECT_EQ(unpublished(), 0);
}

TEST_F(OutboxRelayTest, CanBeStartedAgain) {
  relay_.start();
  run_task(io_, relay_.stop());
  add(ids_.next());
  relay_.start();
  EXPECT_TRUE(drains());
  run_task(io_, relay_.stop());
}

TEST_F(OutboxRelayTest, PublishesEverythingAgainForABusThatLostItsStore) {
  add_many(1200);
  relay_.start();
  EXPECT_TRUE(drains());
  run_task(io_, timers_.sleep_for(Milliseconds{5}));  // marked before now
  run_task(io_, relay_.publish_again(std::chrono::hours{1}, clock_.now()));
  EXPECT_TRUE(wait_until([this] { return bus_.offered_ == 2400; }));
  EXPECT_TRUE(drains());
  run_task(io_, relay_.stop());
  EXPECT_EQ(bus_.published_.size(), 1200u);
}

TEST_F(OutboxRelayTest, DeletesEventsPublishedMoreThanSevenDaysAgo) {
  const Timestamp old = clock_.now() - std::chrono::hours{8 * 24};
  const std::string id = add(Outbox::id_floor(old) + "7000-8000-000000000000");
  db::Transaction mark;
  mark.statements.push_back(outbox_.mark_published({&id, 1}, old));
  run_task(io_, database_.commit(std::move(mark)));
  relay_.start();
  const db::Sql count{"count", "SELECT count(*) AS count FROM outbox"};
  EXPECT_TRUE(wait_until(
      [&] { return run_task(io_, database_.query(count())).first()->integer("count") == 0; }));
  run_task(io_, relay_.stop());
}

}  // namespace
}  // namespace ticketing::bus
