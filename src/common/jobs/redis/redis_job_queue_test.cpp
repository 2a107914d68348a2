#include "common/jobs/redis/redis_job_queue.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

#include "common/base/exceptions.hpp"
#include "fixtures/job_queue_contract.hpp"
#include "servers/redis_server.hpp"

namespace ticketing::jobs {
namespace {

class RedisQueues final : public TestQueues {
 public:
  explicit RedisQueues(const Executor& executor) : executor_(executor) {}
  std::unique_ptr<JobQueue> open() override {
    return make_redis_job_queue(executor_, clock_, timers_,
                                {.url = server_.url(), .queue = "contract"});
  }

 private:
  Executor executor_;
  servers::RedisServer server_{"secret"};
  SystemClock clock_;
  SystemTimers timers_;
};

INSTANTIATE_TEST_SUITE_P(
    Redis, JobQueueContract,
    testing::Values(TestQueuesMaker{
        "redis", [](const Executor& executor) { return std::make_unique<RedisQueues>(executor); }}),
    [](const auto& info) { return info.param.name; });

// On a server of its own that can be stopped, paused and emptied.
class RedisJobQueueTest : public testing::Test {
 protected:
  std::unique_ptr<JobQueue> open(Milliseconds lock_length = Milliseconds{30'000}) {
    return make_redis_job_queue(
        io_.get_executor(), clock_, timers_,
        {.url = server_.url(), .queue = "jobs", .lock_length = lock_length});
  }
  void start(JobQueue& queue) {
    queue.start([this](const Job& job) { return note(*this, job); });
    ASSERT_TRUE(wait([&queue] { return queue.is_ready(); }));
  }
  static Task<> note(RedisJobQueueTest& test, Job job) {
    ++test.runs_[job.id];
    if (test.length_ > Milliseconds{0}) co_await test.timers_.sleep_for(test.length_);
    ++test.ended_;
  }
  void add(JobQueue& queue, const std::string& id, Milliseconds from_now) {
    run_task(io_, queue.add({.id = id, .data = "{}", .due = clock_.now() + from_now}));
  }
  void stop(JobQueue& queue) { run_task(io_, queue.stop()); }
  void sleep(Milliseconds length) { run_task(io_, timers_.sleep_for(length)); }
  bool wait(const std::function<bool()>& met) {
    for (int i = 0; i < 6'000 && !met(); ++i) sleep(Milliseconds{10});
    return met();
  }

  asio::io_context io_;
  servers::RedisServer server_;
  SystemClock clock_;
  SystemTimers timers_;
  std::map<std::string, int> runs_;
  int ended_ = 0;
  Milliseconds length_{0};
};

TEST_F(RedisJobQueueTest, AddingWithoutAServerIsRefusedSoonAndWorksWhenItIsUp) {
  server_.kill();
  const auto queue = open();
  auto fastest = SteadyTime::duration::max();
  for (int i = 0; i < 5; ++i) {
    const SteadyTime began = clock_.steady_now();
    EXPECT_THROW(add(*queue, "j1", Milliseconds{0}), Unavailable);
    fastest = std::min(fastest, clock_.steady_now() - began);
  }
  EXPECT_LT(fastest, Milliseconds{1'500});
  EXPECT_FALSE(queue->is_ready());
  server_.start();
  start(*queue);
  add(*queue, "j1", Milliseconds{0});
  EXPECT_TRUE(wait([this] { return runs_["j1"] == 1; }));
  stop(*queue);
}

TEST_F(RedisJobQueueTest, APausedServerIsGivenUpAfterTwoSecondsAndFoundAgain) {
  const auto queue = open();
  start(*queue);
  add(*queue, "before", Milliseconds{2'500});
  server_.pause();
  const SteadyTime began = clock_.steady_now();
  EXPECT_THROW(add(*queue, "j1", Milliseconds{0}), Unavailable);
  EXPECT_LT(clock_.steady_now() - began, std::chrono::seconds{20});
  EXPECT_FALSE(queue->is_ready());
  server_.resume();
  ASSERT_TRUE(wait([&] { return queue->is_ready(); }));
  add(*queue, "j1", Milliseconds{0});
  // The first of the two may have been carried out when the server went on.
  EXPECT_TRUE(wait([this] { return runs_["j1"] >= 1 && runs_["before"] == 1; }));
  stop(*queue);
}

TEST_F(RedisJobQueueTest, AJobTakenByACallWhoseAnswerWasLostRunsAllTheSame) {
  const auto queue = open(std::chrono::minutes{5});
  start(*queue);
  add(*queue, "j1", Milliseconds{300});
  server_.pause();
  ASSERT_TRUE(wait([&] { return !queue->is_ready(); }));
  server_.resume();
  EXPECT_TRUE(wait([this] { return runs_["j1"] == 1; })) << "long before its lock ends";
  stop(*queue);
  EXPECT_EQ(runs_["j1"], 1);
}

class WrongClock final : public Clock {
 public:
  Timestamp now() const override { return clock_.now() + ahead; }
  SteadyTime steady_now() const override { return clock_.steady_now(); }
  std::chrono::hours ahead{0};

 private:
  SystemClock clock_;
};

TEST_F(RedisJobQueueTest, AWallClockThatIsSetBackKeepsNoJobWaiting) {
  WrongClock wrong;
  wrong.ahead = std::chrono::hours{1};
  const auto queue = make_redis_job_queue(io_.get_executor(), wrong, timers_,
                                          {.url = server_.url(), .queue = "jobs"});
  start(*queue);
  sleep(Milliseconds{100});
  wrong.ahead = {};
  // Added by another queue object: this one gets no notice.
  add(*open(), "j1", Milliseconds{300});
  EXPECT_TRUE(wait([this] { return runs_["j1"] == 1; }));
  stop(*queue);
}

TEST_F(RedisJobQueueTest, JobsOutliveARestartOfTheServer) {
  const auto queue = open();
  start(*queue);
  add(*queue, "j1", Milliseconds{600});
  server_.restart();
  EXPECT_TRUE(wait([this] { return runs_["j1"] == 1; }));
  stop(*queue);
}

TEST_F(RedisJobQueueTest, AfterFlushallJobsCanBeAddedAgainAndRun) {
  const auto queue = open();
  start(*queue);
  Milliseconds delay{300};
  Timestamp due;
  do {  // until they were flushed before they were due, which a busy machine may be too slow for
    delay *= 2;
    due = clock_.now() + delay;
    for (int i = 0; i < 50; ++i) add(*queue, std::to_string(i), due - clock_.now());
    runs_.clear();
    server_.command({"FLUSHALL"});
  } while (clock_.now() >= due);
  sleep(due - clock_.now() + Milliseconds{200});
  EXPECT_TRUE(runs_.empty());
  for (int i = 0; i < 50; ++i) add(*queue, std::to_string(i), Milliseconds{50});
  EXPECT_TRUE(wait([this] { return runs_.size() == 50; }));
  stop(*queue);
}

TEST_F(RedisJobQueueTest, AJobThatRunsWhileEverythingIsFlushedEndsAndCanBeAddedAgain) {
  length_ = Milliseconds{300};
  const auto queue = open();
  start(*queue);
  add(*queue, "j1", Milliseconds{0});
  ASSERT_TRUE(wait([this] { return runs_["j1"] == 1; }));
  server_.command({"FLUSHALL"});
  ASSERT_TRUE(wait([this] { return ended_ == 1; }));
  // Until its end is noted, to add it is the same job.
  EXPECT_TRUE(wait([&] {
    add(*queue, "j1", Milliseconds{0});
    return runs_["j1"] == 2;
  }));
  stop(*queue);
}

TEST_F(RedisJobQueueTest, TheLockOfAJobThatTakesLongIsRenewed) {
  length_ = Milliseconds{7'000};
  const auto one = open(Milliseconds{3'000});
  const auto two = open(Milliseconds{3'000});
  start(*one);
  start(*two);
  add(*one, "j1", Milliseconds{0});
  EXPECT_TRUE(wait([this] { return ended_ > 0; }));
  stop(*one);
  stop(*two);
  EXPECT_EQ(runs_["j1"], 1);
}

// Takes a job and disappears: its lock is not renewed.
Task<> never_end(Timers& timers, bool& began, const bool& released) {
  began = true;
  while (!released) co_await timers.sleep_for(Milliseconds{10});
}

TEST_F(RedisJobQueueTest, AJobOfAWorkerThatDiedRunsElsewhere) {
  bool began = false;
  bool released = false;
  asio::io_context frozen;
  const auto dead = make_redis_job_queue(
      frozen.get_executor(), clock_, timers_,
      {.url = server_.url(), .queue = "jobs", .lock_length = Milliseconds{400}});
  const auto alive = open(Milliseconds{4'000});
  add(*alive, "j1", Milliseconds{0});
  dead->start([&](const Job&) { return never_end(timers_, began, released); });
  while (!began) frozen.run_one();
  start(*alive);  // from here on nothing runs on the other one
  EXPECT_TRUE(wait([this] { return runs_["j1"] == 1; }));
  stop(*alive);
  EXPECT_EQ(server_.command({"HGET", "bull:jobs:j1", "stc"}), "1\n");
  released = true;
  spawn(frozen.get_executor(), "stop", dead->stop());
  frozen.run();
  EXPECT_EQ(server_.command({"ZRANGE", "bull:jobs:completed", "0", "-1"}), "j1\n");
}

TEST_F(RedisJobQueueTest, TwoWorkersShareTheJobsAndEachRunsOnce) {
  length_ = Milliseconds{1};
  const auto one = open();
  const auto two = open();
  start(*one);
  start(*two);
  std::vector<Job> jobs;
  for (int i = 0; i < 500; ++i) {
    jobs.push_back(
        {.id = std::to_string(i), .data = "{}", .due = clock_.now() + Milliseconds{100 + i % 100}});
  }
  run_task(io_, one->add_many(jobs));
  EXPECT_TRUE(wait([this] { return runs_.size() == 500; }));
  stop(*one);
  stop(*two);
  for (const auto& [id, runs] : runs_) EXPECT_EQ(runs, 1) << id;
}

TEST_F(RedisJobQueueTest, NoMoreThanAThousandFinishedJobsAreKept) {
  const auto queue = open();
  start(*queue);
  std::vector<Job> jobs;
  for (int i = 0; i < 1200; ++i) {
    jobs.push_back({.id = std::to_string(i), .data = "{}", .due = clock_.now()});
  }
  run_task(io_, queue->add_many(jobs));
  ASSERT_TRUE(wait([this] { return runs_.size() == 1200; }));
  stop(*queue);
  EXPECT_EQ(server_.command({"ZCARD", "bull:jobs:completed"}), "1000\n");
  EXPECT_EQ(server_.command({"EXISTS", "bull:jobs:wait", "bull:jobs:active"}), "0\n");
}

TEST_F(RedisJobQueueTest, AnIdThatWouldBeAnotherKeyIsRefused) {
  const auto queue = open();
  EXPECT_THROW(add(*queue, "a:b", Milliseconds{0}), std::invalid_argument);
}

TEST(RedisJobQueueUrl, WithAWrongPasswordTheQueueIsNotReady) {
  servers::RedisServer server("right");
  asio::io_context io;
  SystemClock clock;
  SystemTimers timers;
  const auto queue = make_redis_job_queue(
      io.get_executor(), clock, timers,
      {.url = "redis://:wrong@127.0.0.1:" + std::to_string(server.port()), .queue = "jobs"});
  EXPECT_THROW(run_task(io, queue->remove("j1")), Unavailable);
  EXPECT_FALSE(queue->is_ready());
}

}  // namespace
}  // namespace ticketing::jobs
