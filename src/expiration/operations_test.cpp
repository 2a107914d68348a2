// The effect of the events of orders on expiration, with each kind of queue, and its own events.
#include "expiration/operations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/jobs/local/local_job_queue.hpp"
#include "contracts/expiration_events.hpp"
#include "contracts/orders_events.hpp"
#include "expiration/listeners.hpp"
#include "expiration/service.hpp"
#include "expiration/test_queue.hpp"
#include "fixtures/service_test.hpp"
#include "fixtures/test_orders.hpp"

namespace ticketing::expiration {

EmbeddedFiles embedded_files();

namespace {

using bus::Verdict;
using fixtures::TestOrders;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::chrono::minutes hold = TestOrders::hold;

const db::Sql lose_jobs{"test_lose_jobs", "DELETE FROM jobs"};
const db::Sql count_jobs{"test_count_jobs", "SELECT count(*) AS count FROM jobs"};
const db::Sql drop_row{"test_drop",
                       "UPDATE expirations SET status = 'dropped', version = 1 WHERE id = $1"};
const db::Sql many_expirations{
    "test_many_expirations",
    "WITH RECURSIVE n (i) AS (SELECT 1001 UNION ALL SELECT i + 1 FROM n WHERE i < 1000 + $1) "
    "INSERT INTO expirations (id, version, last_event_id, due_at, status) "
    "SELECT 'o' || i, 0, '', 4000000000000, 'waiting' FROM n"};

class ExpirationTest : public fixtures::ServiceTest {
 protected:
  void begin(Operations& operations) {
    subscribe(platform_.bus(), operations);
    platform_.record({"expiration.complete"});
    platform_.bus().start();
    data_.start();
  }
  void end() {
    run(platform_.bus().stop());
    run(data_.stop());
  }
  // The orders for which the event was published, in the order of publishing.
  std::vector<std::string> told() {
    platform_.pass(std::chrono::seconds{1});  // the relay's poll
    std::vector<std::string> ids;
    for (const bus::Event& event : platform_.events()) {
      ids.push_back(contracts::decode<contracts::ExpirationComplete>(event.payload)->order_id);
    }
    return ids;
  }

  runtime::OwnedData data_{
      platform_.get(), "expiration", embedded_files(), "expirations", {jobs::jobs_migration()}};
  TestOrders orders_{platform_};
};

// The queue of the embedded shape: its jobs are rows of the same database.
class LocalQueueTest : public ExpirationTest {
 public:
  ~LocalQueueTest() override {
    run(queue_->stop());
    end();
  }

 protected:
  LocalQueueTest() {
    begin(operations_);
    queue_->start([this](const jobs::Job& job) { return operations_.announce(job); });
  }
  std::int64_t jobs() {
    return run(data_.database().query(count_jobs())).rows.front().integer("count");
  }

  std::unique_ptr<jobs::JobQueue> queue_ =
      platform_.get().open_job_queue("expiration", data_.database());
  Operations operations_{data_, *queue_};
};

TEST_F(LocalQueueTest, PublishesOnceWhenTheTimeOfAnOrderIsOverAndNotEarlier) {
  const std::string id = orders_.make();
  platform_.pass(hold - Milliseconds{1});
  EXPECT_THAT(platform_.events(), IsEmpty());
  platform_.pass(Milliseconds{1});
  EXPECT_THAT(told(), ElementsAre(id));
  platform_.pass(hold);
  EXPECT_THAT(told(), ElementsAre(id));
  EXPECT_EQ(jobs(), 0);
}

TEST_F(LocalQueueTest, PublishesNothingForAnOrderThatEnded) {
  const std::string cancelled = orders_.make(), completed = orders_.make();
  orders_.cancel(cancelled);
  orders_.complete(completed);
  EXPECT_EQ(jobs(), 0);
  platform_.pass(2 * hold);
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(LocalQueueTest, PublishesOnceForAnOrderThatWasCreatedTwice) {
  const std::string id = orders_.make();
  orders_.create(id);
  platform_.pass(2 * hold);
  orders_.create(id);
  platform_.pass(2 * hold);
  EXPECT_THAT(told(), ElementsAre(id));
}

TEST_F(LocalQueueTest, PublishesNothingWhenADuplicateComesAfterTheEnd) {
  const std::string id = orders_.make();
  orders_.cancel(id);
  orders_.create(id);
  platform_.pass(2 * hold);
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_EQ(jobs(), 0);
}

TEST_F(LocalQueueTest, WaitsForThePredecessorOfAnEnd) {
  const std::string id = platform_.next_id();
  EXPECT_EQ(run(operations_.drop(id, 1)), Verdict::retry_later);
  orders_.create(id);
  EXPECT_EQ(run(operations_.drop(id, 2)), Verdict::retry_later);
  EXPECT_EQ(jobs(), 1);
  EXPECT_EQ(run(operations_.drop(id, 1)), Verdict::done);
  EXPECT_EQ(run(operations_.drop(id, 1)), Verdict::done);
  EXPECT_EQ(run(operations_.drop(id, 2)), Verdict::done);  // a complete order was cancelled
  EXPECT_EQ(jobs(), 0);
}

TEST_F(LocalQueueTest, PublishesNothingWhenTheOrderEndsMeanwhile) {
  const std::string id = orders_.make();
  platform_.database().before_next_commit([&] { return platform_.database().write(drop_row(id)); });
  platform_.pass(2 * hold);
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(LocalQueueTest, PublishesOnceWhenTheAnswerOfTheCommitWasLost) {
  const std::string id = orders_.make();
  platform_.pass(hold - std::chrono::seconds{1});
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::answer_lost);
  platform_.pass(hold);
  EXPECT_THAT(told(), ElementsAre(id));
}

TEST_F(LocalQueueTest, PublishesLaterWhenTheDatabaseIsAway) {
  const std::string id = orders_.make();
  platform_.pass(hold - std::chrono::seconds{1});
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::unavailable);
  platform_.pass(hold);
  EXPECT_THAT(told(), ElementsAre(id));
}

TEST_F(LocalQueueTest, RebuildsJobsOnceAtTheStart) {
  orders_.make();
  run(platform_.database().write(lose_jobs()));
  run(operations_.rebuild_jobs());
  EXPECT_EQ(jobs(), 1);
  run(platform_.database().write(lose_jobs()));
  run(operations_.rebuild_jobs());  // this queue loses nothing
  EXPECT_EQ(jobs(), 0);
}

TEST_F(LocalQueueTest, RebuildsMoreThanAPageOfJobs) {
  run(platform_.database().write(many_expirations(501)));
  run(operations_.rebuild_jobs());
  EXPECT_EQ(jobs(), 501);
}

// A queue apart from the database.
class RemoteQueueTest : public ExpirationTest {
 public:
  ~RemoteQueueTest() override { end(); }

 protected:
  RemoteQueueTest() { begin(operations_); }

  TestQueue queue_;
  Operations operations_{data_, queue_};
};

TEST_F(RemoteQueueTest, HasAJobForEachOrderThatWaits) {
  const std::string id = orders_.make();
  ASSERT_EQ(queue_.jobs.size(), 1U);
  EXPECT_EQ(queue_.jobs.at(id).due, platform_.now() + hold);
  orders_.complete(id);
  EXPECT_THAT(queue_.jobs, IsEmpty());
}

TEST_F(RemoteQueueTest, HasTheJobAlsoWhenTheFirstDeliveryDiedBeforeIt) {
  const std::string id = orders_.make();
  queue_.jobs.clear();
  orders_.create(id);
  EXPECT_EQ(queue_.jobs.size(), 1U);
}

TEST_F(RemoteQueueTest, HasNoJobForADuplicateAfterTheEnd) {
  const std::string dropped = orders_.make(), announced = orders_.make();
  orders_.cancel(dropped);
  run(operations_.announce(queue_.jobs.at(announced)));
  queue_.jobs.clear();
  orders_.create(dropped);
  orders_.create(announced);
  EXPECT_THAT(queue_.jobs, IsEmpty());
}

TEST_F(RemoteQueueTest, SchedulesAnOrderAgainWhenTheQueueWasAway) {
  queue_.is_away = true;
  const Expiration expiration{.id = "o", .version = 0, .due = platform_.now() + hold};
  EXPECT_THROW(run(operations_.schedule(expiration)), Unavailable);
  queue_.is_away = false;
  EXPECT_EQ(run(operations_.schedule(expiration)), Verdict::done);
  EXPECT_EQ(queue_.jobs.size(), 1U);
  queue_.is_away = true;
  EXPECT_THROW(run(operations_.drop("o", 1)), Unavailable);
  queue_.is_away = false;
  EXPECT_EQ(run(operations_.drop("o", 1)), Verdict::done);
  EXPECT_THAT(queue_.jobs, IsEmpty());
}

TEST_F(RemoteQueueTest, PublishesNothingWhenAJobOutlivesItsOrder) {
  const std::string id = orders_.make();
  const jobs::Job job = queue_.jobs.at(id);
  orders_.cancel(id);
  run(operations_.announce(job));
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(RemoteQueueTest, PublishesOnceWhenAJobRunsTwice) {
  const std::string id = orders_.make();
  const jobs::Job job = queue_.jobs.at(id);
  run(operations_.announce(job));
  run(operations_.announce(job));
  EXPECT_THAT(told(), ElementsAre(id));
}

TEST_F(RemoteQueueTest, RebuildsAllJobsThatTheQueueLostEachTime) {
  const std::string waiting = orders_.make(), dropped = orders_.make(), told_of = orders_.make();
  orders_.cancel(dropped);
  run(operations_.announce(queue_.jobs.at(told_of)));
  for (int i = 0; i < 2; ++i) {
    queue_.jobs.clear();
    run(operations_.rebuild_jobs());
    ASSERT_EQ(queue_.jobs.size(), 1U) << i;
    EXPECT_EQ(queue_.jobs.begin()->first, waiting);
  }
}

TEST_F(RemoteQueueTest, RebuildsAgainWhenTheQueueWasAway) {
  orders_.make();
  queue_.jobs.clear();
  queue_.is_away = true;
  EXPECT_THROW(run(operations_.rebuild_jobs()), Unavailable);
  queue_.is_away = false;
  run(operations_.rebuild_jobs());
  EXPECT_EQ(queue_.jobs.size(), 1U);
}

// The whole service, with its periodic task.
TEST(ExpirationService, PublishesAfterARestartForOrdersThatBecameDueMeanwhile) {
  fixtures::TestPlatform platform;
  TestOrders orders{platform};
  auto service = make_service(platform.get());
  service->subscribe();
  platform.record({"expiration.complete"});
  platform.bus().start();
  service->start();
  orders.make();
  platform.run(service->stop());
  service.reset();
  platform.skip(2 * hold);
  service = make_service(platform.get());
  service->start();
  platform.pass(std::chrono::seconds{2});
  EXPECT_EQ(platform.events().size(), 1U);
  platform.run(platform.bus().stop());
  platform.run(service->stop());
}

}  // namespace
}  // namespace ticketing::expiration
