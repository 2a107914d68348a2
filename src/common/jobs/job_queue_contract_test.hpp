// What every adapter of the job-queue port promises, as one suite, in real time. Include it in an
// adapter's test program and instantiate JobQueueContract.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/async/timers.hpp"
#include "common/db/test_database.hpp"
#include "common/jobs/job_queue.hpp"

namespace ticketing::jobs {

// Queues of one store that is empty at first; a later one finds the jobs of an earlier one.
class TestQueues {
 public:
  virtual ~TestQueues() = default;
  virtual std::unique_ptr<JobQueue> open() = 0;
};

struct TestQueuesMaker {
  std::string name;
  std::function<std::unique_ptr<TestQueues>(const Executor&)> make;
};

inline void PrintTo(const TestQueuesMaker& maker, std::ostream* out) { *out << maker.name; }

class JobQueueContract : public testing::TestWithParam<TestQueuesMaker> {
 protected:
  JobQueueContract() : queues_(GetParam().make(io_.get_executor())), queue_(queues_->open()) {}

  void start() {
    queue_->start([this](const Job& job) { return note(*this, job); });
  }
  static Task<> note(JobQueueContract& test, Job job) {
    test.lateness_[job.id] = test.clock_.now() - job.due;
    test.ran_.push_back(job.id);
    test.data_[job.id] = job.data;
    if (test.fail_first_-- > 0) throw std::runtime_error("not today");
    co_return;
  }
  static Task<> linger(JobQueueContract& test, Job job) {
    test.most_at_once_ = std::max(test.most_at_once_, ++test.at_once_);
    co_await test.timers_.sleep_for(Milliseconds{5});
    --test.at_once_;
    test.ran_.push_back(job.id);
  }
  void add(const std::string& id, Milliseconds from_now) {
    run_task(
        io_,
        queue_->add({.id = id, .data = "{\"n\":\"" + id + "\"}", .due = clock_.now() + from_now}));
  }
  void sleep(Milliseconds length) { run_task(io_, timers_.sleep_for(length)); }
  bool wait_for_runs(std::size_t count) {
    for (int i = 0; i < 500 && ran_.size() < count; ++i) sleep(Milliseconds{10});
    return ran_.size() >= count;
  }
  void stop() { run_task(io_, queue_->stop()); }

  asio::io_context io_;
  SystemClock clock_;
  SystemTimers timers_;
  std::unique_ptr<TestQueues> queues_;
  std::unique_ptr<JobQueue> queue_;
  std::vector<std::string> ran_;
  std::map<std::string, Milliseconds> lateness_;
  std::map<std::string, std::string> data_;
  int fail_first_ = 0;
  int at_once_ = 0;
  int most_at_once_ = 0;
};

TEST_P(JobQueueContract, runs_a_job_when_it_is_due_and_never_before) {
  start();
  add("j1", Milliseconds{120});
  sleep(Milliseconds{60});
  EXPECT_TRUE(ran_.empty());
  ASSERT_TRUE(wait_for_runs(1));
  stop();
  EXPECT_GE(lateness_["j1"], Milliseconds{0});
  EXPECT_EQ(data_["j1"], R"({"n":"j1"})");
}

TEST_P(JobQueueContract, a_job_added_later_but_due_earlier_runs_first) {
  start();
  add("late", Milliseconds{300});
  add("early", Milliseconds{50});
  ASSERT_TRUE(wait_for_runs(2));
  stop();
  EXPECT_EQ(ran_, (std::vector<std::string>{"early", "late"}));
}

TEST_P(JobQueueContract, a_job_that_was_due_long_ago_runs_at_once) {
  start();
  add("j1", -std::chrono::hours{1});
  EXPECT_TRUE(wait_for_runs(1));
  stop();
}

TEST_P(JobQueueContract, adding_an_id_twice_is_one_job) {
  start();
  add("j1", Milliseconds{50});
  add("j1", Milliseconds{80});
  ASSERT_TRUE(wait_for_runs(1));
  sleep(Milliseconds{150});
  stop();
  EXPECT_EQ(ran_.size(), 1u);
}

TEST_P(JobQueueContract, many_jobs_are_added_at_once_each_one_time) {
  start();
  std::vector<Job> jobs;
  // Late enough that none has run before all are added twice, also on a busy machine.
  const Timestamp due = clock_.now() + Milliseconds{500};
  for (int i = 0; i < 1100; ++i)
    jobs.push_back({.id = std::to_string(i), .data = "{}", .due = due});
  run_task(io_, queue_->add_many(jobs));
  jobs.resize(600);
  run_task(io_, queue_->add_many(jobs));
  EXPECT_TRUE(wait_for_runs(1100));
  stop();
  EXPECT_EQ(data_.size(), 1100u);
}

TEST_P(JobQueueContract, a_job_that_ran_may_be_added_and_run_once_more) {
  start();
  add("j1", Milliseconds{0});
  ASSERT_TRUE(wait_for_runs(1));
  sleep(Milliseconds{50});  // until it is settled
  add("j1", Milliseconds{10});
  EXPECT_TRUE(wait_for_runs(2));
  stop();
}

TEST_P(JobQueueContract, no_more_than_a_bounded_number_of_jobs_run_at_once) {
  queue_->start([this](const Job& job) { return linger(*this, job); });
  std::vector<Job> jobs;
  for (int i = 0; i < 200; ++i) {
    jobs.push_back({.id = std::to_string(i), .data = "{}", .due = clock_.now()});
  }
  run_task(io_, queue_->add_many(jobs));
  EXPECT_TRUE(wait_for_runs(200));
  stop();
  EXPECT_GT(most_at_once_, 1);
  EXPECT_LE(most_at_once_, 64);
}

TEST_P(JobQueueContract, it_is_ready_between_start_and_stop) {
  EXPECT_FALSE(queue_->is_ready());
  start();
  for (int i = 0; i < 500 && !queue_->is_ready(); ++i) sleep(Milliseconds{10});
  EXPECT_TRUE(queue_->is_ready());
  stop();
  EXPECT_FALSE(queue_->is_ready());
}

TEST_P(JobQueueContract, a_removed_job_does_not_run) {
  start();
  add("j1", Milliseconds{80});
  run_task(io_, queue_->remove("j1"));
  run_task(io_, queue_->remove("never existed"));
  sleep(Milliseconds{200});
  stop();
  EXPECT_TRUE(ran_.empty());
}

TEST_P(JobQueueContract, jobs_outlive_the_queue_that_took_them) {
  add("j1", Milliseconds{10});
  queue_ = queues_->open();
  start();
  EXPECT_TRUE(wait_for_runs(1));
  stop();
}

TEST_P(JobQueueContract, a_job_that_ran_does_not_run_again) {
  start();
  add("j1", Milliseconds{0});
  ASSERT_TRUE(wait_for_runs(1));
  stop();
  queue_ = queues_->open();
  start();
  sleep(Milliseconds{100});
  stop();
  EXPECT_EQ(ran_.size(), 1u);
}

TEST_P(JobQueueContract, a_job_that_failed_runs_again) {
  fail_first_ = 1;
  start();
  add("j1", Milliseconds{0});
  EXPECT_TRUE(wait_for_runs(2));
  stop();
}

}  // namespace ticketing::jobs
