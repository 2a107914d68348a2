#include "common/jobs/redis/redis_job_queue.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <unordered_set>
#include <utility>

#include "common/async/group.hpp"
#include "common/async/signal.hpp"
#include "common/base/assert.hpp"
#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"
#include "common/base/random.hpp"
#include "common/base/text.hpp"
#include "common/jobs/redis/job_scripts.hpp"

namespace ticketing::jobs {
namespace {

constexpr std::size_t running_max = 64;
constexpr std::size_t slice_max = 500;
constexpr Milliseconds outage_rest{500};
constexpr Milliseconds reclaim_length{10'000};

std::string make_token() {
  std::array<std::byte, 16> bytes{};
  SystemRandom{}.fill(bytes);
  return to_hex(bytes);
}

class RedisJobQueue final : public JobQueue {
 public:
  RedisJobQueue(const Executor& executor, const Clock& clock, Timers& timers,
                const RedisAddress& address, RedisJobSettings settings)
      : clock_(clock),
        timers_(timers),
        settings_(std::move(settings)),
        link_(executor, address, settings_.ca_file),
        scripts_(link_, settings_.queue, settings_.job_name, make_token(), settings_.lock_length),
        signal_(executor),
        renewal_signal_(executor),
        members_(executor, "redis job queue"),
        adding_(executor, "adding redis jobs") {}

  Task<> add(Job job) override;
  Task<> add_many(std::vector<Job> jobs) override;
  Task<> remove(const std::string& id) override { co_await scripts_.remove(id); }
  bool keeps_jobs() const override { return false; }

  void start(Handler handler) override {
    TICKETING_ASSERT(members_.running() == 0);
    handler_ = std::move(handler);
    stopping_ = false;
    next_look_ = {};
    members_.spawn(run());
    members_.spawn(keep_locks());
  }
  Task<> stop() override {
    stopping_ = true;
    signal_.notify();
    renewal_signal_.notify();
    co_await members_.wait_below(1);
    co_await adding_.wait_below(1);
  }
  bool is_ready() const override { return !stopping_ && link_.is_connected(); }

 private:
  struct Waiting {
    Job job;
    Resume<std::exception_ptr> resume;
  };

  Task<> add_waiting();
  Task<> run();
  Task<> start_due_jobs();
  Task<> reclaim();
  void start_job(Job job);
  Task<> run_job(Job job);
  Task<> settle(const std::string& id, const std::optional<std::string>& failure);
  Task<> keep_locks();
  Task<> renew_and_recover();
  void look_at(Timestamp due);

  const Clock& clock_;
  Timers& timers_;
  const RedisJobSettings settings_;
  RedisLink link_;
  JobScripts scripts_;
  Handler handler_;
  Signal signal_;
  Signal renewal_signal_;
  TaskGroup members_;  // the loops and the running jobs
  TaskGroup adding_;   // one or none
  std::vector<Waiting> to_add_;
  std::unordered_set<std::string> running_;
  Timestamp next_look_{};
  SteadyTime look_by_{};  // independent of the wall clock
  SteadyTime reclaim_until_{};
  bool stopping_ = true;
};

Task<> RedisJobQueue::add(Job job) {
  JobScripts::check_id(job.id);  // its fault alone
  const Timestamp due = job.due;
  const Executor executor = co_await asio::this_coro::executor;
  const std::exception_ptr failure =
      co_await suspend<std::exception_ptr>(executor, [&](Resume<std::exception_ptr> resume) {
        to_add_.push_back({.job = std::move(job), .resume = std::move(resume)});
        if (adding_.running() == 0) adding_.spawn(add_waiting());
      });
  if (failure) std::rethrow_exception(failure);
  look_at(due);
}

// Jobs that are added during one call go with the next one.
Task<> RedisJobQueue::add_waiting() {
  while (!to_add_.empty()) {
    std::vector<Waiting> taken = std::exchange(to_add_, {});
    std::vector<Job> jobs;
    jobs.reserve(taken.size());
    for (Waiting& waiting : taken) jobs.push_back(std::move(waiting.job));
    std::exception_ptr failure;
    try {
      const std::span<const Job> all(jobs);
      for (std::size_t at = 0; at < all.size(); at += slice_max) {
        co_await scripts_.add(all.subspan(at, std::min(slice_max, all.size() - at)), clock_.now());
      }
    } catch (const std::exception&) {
      failure = std::current_exception();
    }
    for (Waiting& waiting : taken) {
      const Executor executor = waiting.resume.executor();
      asio::post(executor,
                 [resume = std::move(waiting.resume), failure]() mutable { resume(failure); });
    }
  }
}

Task<> RedisJobQueue::add_many(std::vector<Job> jobs) {
  const std::span<const Job> all(jobs);
  for (std::size_t at = 0; at < all.size(); at += slice_max) {
    const auto slice = all.subspan(at, std::min(slice_max, all.size() - at));
    co_await scripts_.add(slice, clock_.now());
    for (const Job& job : slice) look_at(job.due);
  }
}

void RedisJobQueue::look_at(Timestamp due) {
  if (due >= next_look_) return;
  next_look_ = due;
  signal_.notify();
}

Task<> RedisJobQueue::run() {
  while (!stopping_) {
    const bool is_time = clock_.now() >= next_look_ || clock_.steady_now() >= look_by_;
    if (running_.size() < running_max && is_time) {
      co_await start_due_jobs();
      continue;
    }
    // The wall clock may be set, and others may add jobs: never wait longer than an interval.
    const Milliseconds left = next_look_ - clock_.now();
    co_await signal_.wait_for(std::clamp(left, Milliseconds{1}, settings_.look_interval));
  }
}

Task<> RedisJobQueue::start_due_jobs() {
  // A job that is added from now on lowers it again.
  next_look_ = clock_.now() + settings_.look_interval;
  look_by_ = clock_.steady_now() + settings_.look_interval;
  const std::size_t room = running_max - running_.size();
  TakenJobs taken;
  try {
    if (clock_.steady_now() < reclaim_until_) co_await reclaim();
    taken = co_await scripts_.take(clock_.now(), room);
  } catch (const Unavailable&) {
    next_look_ = clock_.now() + outage_rest;
    // The call may be carried out all the same, even after the next ones: look for a while.
    reclaim_until_ = clock_.steady_now() + reclaim_length;
    co_return;
  }
  if (taken.next_due) next_look_ = std::min(next_look_, *taken.next_due);
  if (taken.jobs.size() == room) next_look_ = {};
  for (Job& job : taken.jobs) start_job(std::move(job));
}

Task<> RedisJobQueue::reclaim() {
  const std::vector<std::string> known(running_.begin(), running_.end());
  std::vector<Job> found = co_await scripts_.reclaim(known);
  for (Job& job : found) start_job(std::move(job));
}

void RedisJobQueue::start_job(Job job) {
  // Ours already: its lock ran out while Redis was away. The first run settles it.
  if (!running_.insert(job.id).second) return;
  members_.spawn(run_job(std::move(job)));
}

Task<> RedisJobQueue::run_job(Job job) {
  std::optional<std::string> failure;
  try {
    co_await handler_(job);
  } catch (const std::exception& error) {
    failure = error.what();
    log::warn("a job failed and will run again", {{"job", job.id}, {"error", error.what()}});
  }
  co_await settle(job.id, failure);
  running_.erase(job.id);
  signal_.notify();
}

// Until Redis has the result of the job. A job that it lost meanwhile is no fault.
Task<> RedisJobQueue::settle(const std::string& id, const std::optional<std::string>& failure) {
  for (;;) {
    try {
      if (failure) {
        if (const auto due = co_await scripts_.fail(id, clock_.now(), *failure)) look_at(*due);
      } else if (!co_await scripts_.finish(id, clock_.now())) {
        log::warn("a job ended after its lock was lost", {{"job", id}});
      }
      co_return;
    } catch (const Unavailable&) {
      if (stopping_) co_return;
    }
    co_await timers_.sleep_for(outage_rest);
  }
}

Task<> RedisJobQueue::keep_locks() {
  while (!stopping_) {
    try {
      co_await renew_and_recover();
    } catch (const Unavailable& error) {
      log::debug("locks of jobs cannot be renewed", {{"error", error.what()}});
    }
    if (!stopping_) co_await renewal_signal_.wait_for(settings_.lock_length / 2);
  }
}

Task<> RedisJobQueue::renew_and_recover() {
  const std::vector<std::string> ids(running_.begin(), running_.end());
  if (!ids.empty()) {
    const std::vector<std::string> lost = co_await scripts_.renew(ids);
    for (const std::string& id : lost) {
      if (running_.contains(id)) log::warn("the lock of a running job was lost", {{"job", id}});
    }
  }
  const std::size_t recovered = co_await scripts_.recover(clock_.now());
  if (recovered == 0) co_return;
  log::warn("jobs of a stopped worker run again", {{"jobs", recovered}});
  look_at(Timestamp{});
}

}  // namespace

std::unique_ptr<JobQueue> make_redis_job_queue(const Executor& executor, const Clock& clock,
                                               Timers& timers, RedisJobSettings settings) {
  const RedisAddress address = parse_redis_url(settings.url);
  return std::make_unique<RedisJobQueue>(executor, clock, timers, address, std::move(settings));
}

}  // namespace ticketing::jobs
