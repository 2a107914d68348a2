#include "common/jobs/local/local_job_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "common/db/sqlite/sqlite_database.hpp"
#include "fixtures/job_queue_contract.hpp"
#include "fixtures/test_time.hpp"

namespace ticketing::jobs {
namespace {

std::unique_ptr<db::Database> open_jobs(const Executor& executor, const TemporaryFolder& folder) {
  return db::open_sqlite(executor,
                         {.path = folder.file("jobs.db"),
                          .execution = db::SqliteSettings::Execution::inline_on_executor},
                         {jobs_migration()});
}

class LocalQueues final : public TestQueues {
 public:
  explicit LocalQueues(const Executor& executor) : executor_(executor) {}
  std::unique_ptr<JobQueue> open() override {
    database_.reset();
    database_ = open_jobs(executor_, folder_);
    return make_local_job_queue(executor_, clock_, timers_, *database_);
  }

 private:
  Executor executor_;
  TemporaryFolder folder_;
  SystemClock clock_;
  SystemTimers timers_;
  std::unique_ptr<db::Database> database_;
};

INSTANTIATE_TEST_SUITE_P(
    Local, JobQueueContract,
    testing::Values(TestQueuesMaker{
        "local", [](const Executor& executor) { return std::make_unique<LocalQueues>(executor); }}),
    [](const auto& info) { return info.param.name; });

// With simulated time.
class LocalJobQueueTest : public testing::Test {
 public:
  ~LocalJobQueueTest() override { stop(); }

 protected:
  void start() {
    queue_->start([this](const Job& job) { return note(*this, job); });
    time_.run(Milliseconds{0});
  }
  void stop() {
    spawn(io_.get_executor(), "stop", queue_->stop());
    time_.run(std::chrono::minutes{10});
  }
  static Task<> note(LocalJobQueueTest& test, Job job) {
    test.ran_at_.push_back(test.time_.now());
    test.ran_.push_back(job.id);
    EXPECT_GE(test.time_.now(), job.due);
    test.most_at_once_ = std::max(test.most_at_once_, ++test.at_once_);
    if (test.length_ > Milliseconds{0}) co_await test.time_.sleep_for(test.length_);
    --test.at_once_;
    if (test.fail_first_-- > 0) throw std::runtime_error("not today");
  }
  void add(const std::string& id, Timestamp due) {
    spawn(io_.get_executor(), "add", queue_->add({.id = id, .data = "{}", .due = due}));
    time_.run(Milliseconds{0});
  }
  std::int64_t stored() {
    const db::Sql count{"count", "SELECT count(*) AS count FROM jobs"};
    return run_task(io_, database_->query(count())).first()->integer("count");
  }

  asio::io_context io_;
  TemporaryFolder folder_;
  TestTime time_{io_};
  const Timestamp began_ = time_.now();
  std::unique_ptr<db::Database> database_ = open_jobs(io_.get_executor(), folder_);
  std::unique_ptr<JobQueue> queue_ =
      make_local_job_queue(io_.get_executor(), time_, time_, *database_);
  std::vector<std::string> ran_;
  std::vector<Timestamp> ran_at_;
  Milliseconds length_{0};
  int at_once_ = 0;
  int most_at_once_ = 0;
  int fail_first_ = 0;
};

TEST_F(LocalJobQueueTest, RunsEachJobAtTheMillisecondItIsDue) {
  start();
  add("c", began_ + std::chrono::minutes{15});
  add("a", began_ + Milliseconds{1});
  add("b", began_ + Milliseconds{1500});
  time_.run(std::chrono::minutes{20});
  EXPECT_EQ(ran_, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(ran_at_, (std::vector<Timestamp>{began_ + Milliseconds{1}, began_ + Milliseconds{1500},
                                             began_ + std::chrono::minutes{15}}));
  EXPECT_EQ(stored(), 0);
}

TEST_F(LocalJobQueueTest, AJobStoredInATransactionOfItsOwnerRunsAfterStoredIsCalled) {
  start();
  const Job job{.id = "a", .data = "{}", .due = began_ + Milliseconds{50}};
  db::Transaction owner;
  owner.statements.push_back(queue_->store(job).value());
  run_task(io_, database_->commit(std::move(owner)));
  EXPECT_EQ(stored(), 1);
  queue_->stored(job);
  time_.run(std::chrono::minutes{1});
  EXPECT_EQ(ran_, std::vector<std::string>{"a"});
  EXPECT_EQ(stored(), 0);
}

TEST_F(LocalJobQueueTest, NoMoreThan64RunAtOnceAndAllRun) {
  length_ = Milliseconds{100};
  for (int i = 0; i < 300; ++i) add("j" + std::to_string(i), began_ + Milliseconds{10});
  start();
  time_.run(std::chrono::minutes{1});
  EXPECT_EQ(ran_.size(), 300u);
  EXPECT_EQ(most_at_once_, 64);
  EXPECT_EQ(stored(), 0);
}

TEST_F(LocalJobQueueTest, AJobThatKeepsFailingWaitsLongerEachTime) {
  fail_first_ = 3;
  start();
  add("j1", began_);
  time_.run(std::chrono::minutes{1});
  ASSERT_EQ(ran_at_.size(), 4u);
  EXPECT_EQ(ran_at_[1] - ran_at_[0], std::chrono::seconds{1});
  EXPECT_EQ(ran_at_[2] - ran_at_[1], std::chrono::seconds{2});
  EXPECT_EQ(ran_at_[3] - ran_at_[2], std::chrono::seconds{4});
}

TEST_F(LocalJobQueueTest, AClockSetForwardMakesJobsDueWithinASecond) {
  start();
  add("j1", began_ + std::chrono::hours{1});
  time_.run(Milliseconds{2500});
  time_.set_wall(began_ + std::chrono::hours{2});
  time_.run(Milliseconds{1000});
  EXPECT_EQ(ran_.size(), 1u);
}

TEST_F(LocalJobQueueTest, AClockSetBackMakesNoJobRunEarly) {
  start();
  add("j1", began_ + std::chrono::minutes{1});
  time_.set_wall(began_ - std::chrono::hours{1});
  time_.run(std::chrono::minutes{30});
  EXPECT_TRUE(ran_.empty());
  time_.run(std::chrono::minutes{32});
  EXPECT_EQ(ran_.size(), 1u);
}

TEST_F(LocalJobQueueTest, StoppingWaitsForTheJobsThatRun) {
  length_ = std::chrono::seconds{5};
  start();
  add("j1", began_);
  ASSERT_EQ(at_once_, 1);
  stop();
  EXPECT_EQ(at_once_, 0);
  EXPECT_EQ(stored(), 0);
}

}  // namespace
}  // namespace ticketing::jobs
