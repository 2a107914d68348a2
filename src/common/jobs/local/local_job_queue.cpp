#include "common/jobs/local/local_job_queue.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <unordered_set>

#include "common/async/group.hpp"
#include "common/async/signal.hpp"
#include "common/base/backoff.hpp"
#include "common/base/log.hpp"
#include "common/db/columns.hpp"

namespace ticketing::jobs {
namespace {

constexpr std::string_view schema = R"sql(
CREATE TABLE jobs (
  id text PRIMARY KEY,
  data text NOT NULL,
  due_at bigint NOT NULL,
  attempts bigint NOT NULL
);
CREATE INDEX jobs_in_order ON jobs (due_at, id);
)sql";

const db::Sql add_job{"job_add",
                      "INSERT INTO jobs (id, data, due_at, attempts) VALUES ($1, $2, $3, 0) "
                      "ON CONFLICT DO NOTHING"};
const db::Sql remove_job{"job_remove", "DELETE FROM jobs WHERE id = $1"};
const db::Sql postpone_job{"job_postpone",
                           "UPDATE jobs SET due_at = $2, attempts = attempts + 1 WHERE id = $1"};

struct StoredJob {
  Job job;
  std::int64_t attempts;
};
BOOST_DESCRIBE_STRUCT(StoredJob, (), (job, attempts))
const db::Columns<StoredJob> stored_job{{{"job.due", "due_at"}}};
const db::Sql first_jobs{"job_first",
                         "SELECT " + stored_job.list() + " FROM jobs ORDER BY due_at, id LIMIT $1",
                         stored_job};

constexpr std::size_t running_max = 64;
constexpr std::size_t slice_max = 500;  // jobs added in one commit
constexpr Backoff retry_backoff{.shortest = Milliseconds{1'000}, .longest = Milliseconds{60'000}};
constexpr Milliseconds database_rest{200};
// The wall clock may be set while the alarm sleeps in steady time: it looks up this often.
constexpr Milliseconds alarm_longest{1000};
constexpr Timestamp never = Timestamp::max();

class LocalJobQueue final : public JobQueue {
 public:
  LocalJobQueue(const Executor& executor, const Clock& clock, Timers& timers,
                db::Database& database)
      : executor_(executor),
        clock_(clock),
        timers_(timers),
        database_(database),
        signal_(std::make_shared<Signal>(executor)),
        members_(executor, "job queue") {}

  Task<> add(Job job) override {
    co_await commit(add_job(job.id, job.data, job.due));
    look_at(job.due);
  }
  Task<> add_many(std::vector<Job> jobs) override;
  std::optional<db::Statement> store(const Job& job) const override {
    return add_job(job.id, job.data, job.due);
  }
  void stored(const Job& job) override { look_at(job.due); }
  bool keeps_jobs() const override { return true; }
  Task<> remove(const std::string& id) override { co_await commit(remove_job(id)); }

  void start(Handler handler) override {
    TICKETING_ASSERT(members_.running() == 0);
    handler_ = std::move(handler);
    stopping_ = false;
    next_due_ = Timestamp::min();
    members_.spawn(run());
  }
  Task<> stop() override {
    stopping_ = true;
    signal_->notify();
    co_await members_.wait_below(1);
    cancel_alarm();
  }
  bool is_ready() const override { return !stopping_; }

 private:
  Task<> run();
  Task<> start_due_jobs();
  Task<> run_job(Job job, std::int64_t attempts);
  Task<> settle(db::Statement statement);
  Task<> commit(db::Statement statement);
  void look_at(Timestamp due);
  void set_alarm(Milliseconds length);
  void cancel_alarm();

  Executor executor_;
  const Clock& clock_;
  Timers& timers_;
  db::Database& database_;
  Handler handler_;
  std::shared_ptr<Signal> signal_;  // an alarm that was cancelled may outlive the queue
  std::shared_ptr<asio::cancellation_signal> alarm_;
  TaskGroup members_;  // the loop and the running jobs
  std::unordered_set<std::string> running_;
  std::unordered_set<std::string> ended_while_reading_;
  Timestamp next_due_ = never;  // no job that is not running is due before
  bool reading_ = false;
  bool stopping_ = true;
};

Task<> LocalJobQueue::add_many(std::vector<Job> jobs) {
  for (std::size_t at = 0; at < jobs.size(); at += slice_max) {
    const std::size_t end = std::min(at + slice_max, jobs.size());
    db::Transaction slice;
    for (std::size_t i = at; i < end; ++i) {
      slice.statements.push_back(add_job(jobs[i].id, jobs[i].data, jobs[i].due));
    }
    co_await database_.commit(std::move(slice));
    for (std::size_t i = at; i < end; ++i) look_at(jobs[i].due);
  }
}

Task<> LocalJobQueue::run() {
  while (!stopping_) {
    const Timestamp now = clock_.now();
    if (next_due_ <= now && running_.size() < running_max) {
      co_await start_due_jobs();
      continue;
    }
    // With every place taken, the end of a job is the next thing to wait for.
    if (next_due_ != never && next_due_ > now) set_alarm(std::min(next_due_ - now, alarm_longest));
    co_await signal_->wait_for(std::chrono::hours{1});
  }
}

Task<> LocalJobQueue::start_due_jobs() {
  next_due_ = never;  // a job that is added from now on lowers it again
  ended_while_reading_.clear();
  reading_ = true;
  db::StatementResult found;
  bool failed = false;
  const std::size_t limit = running_.size() + running_max + 1;
  try {
    found = co_await database_.query(first_jobs(limit));
  } catch (const std::exception& error) {
    log::warn("the jobs cannot be read", {{"error", error.what()}});
    failed = true;
  }
  reading_ = false;
  if (failed) {
    co_await timers_.sleep_for(database_rest);
    next_due_ = Timestamp::min();
    co_return;
  }
  const Timestamp now = clock_.now();
  for (const db::Row& row : found.rows) {
    auto [job, attempts] = row.as<StoredJob>();
    if (running_.contains(job.id) || ended_while_reading_.contains(job.id)) continue;
    if (job.due > now || running_.size() >= running_max || stopping_) {
      next_due_ = std::min(next_due_, job.due);
      co_return;
    }
    running_.insert(job.id);
    members_.spawn(run_job(std::move(job), attempts));
  }
  // Only rows that were passed over: there may be more behind them.
  if (found.rows.size() == limit) next_due_ = Timestamp::min();
}

Task<> LocalJobQueue::run_job(Job job, std::int64_t attempts) {
  bool done = false;
  try {
    co_await handler_(job);
    done = true;
  } catch (const std::exception& error) {
    log::warn("a job failed and will run again",
              {{"job", job.id}, {"attempts", attempts + 1}, {"error", error.what()}});
  }
  if (done) {
    co_await settle(remove_job(job.id));
  } else {
    const Timestamp due = clock_.now() + retry_backoff.after(attempts + 1);
    co_await settle(postpone_job(job.id, due));
    next_due_ = std::min(next_due_, due);
  }
  if (reading_) ended_while_reading_.insert(job.id);
  running_.erase(job.id);
  signal_->notify();
}

// A job keeps its place until its result is in the table; otherwise it would run again.
Task<> LocalJobQueue::settle(db::Statement statement) {
  while (true) {
    try {
      co_await commit(statement);
      co_return;
    } catch (const std::exception& error) {
      log::warn("a job cannot be settled", {{"error", error.what()}});
    }
    if (stopping_) co_return;
    co_await timers_.sleep_for(database_rest);
  }
}

Task<> LocalJobQueue::commit(db::Statement statement) {
  db::Transaction transaction{.batch_delay = db::background_batch_delay};
  transaction.statements.push_back(std::move(statement));
  co_await database_.commit(std::move(transaction));
}

void LocalJobQueue::look_at(Timestamp due) {
  if (due >= next_due_) return;
  next_due_ = due;
  signal_->notify();
}

void LocalJobQueue::set_alarm(Milliseconds length) {
  cancel_alarm();
  alarm_ = std::make_shared<asio::cancellation_signal>();
  asio::co_spawn(executor_, timers_.sleep_for(length),
                 asio::bind_cancellation_slot(
                     alarm_->slot(), [signal = signal_, alarm = alarm_](std::exception_ptr error) {
                       if (!error) signal->notify();
                     }));
}

void LocalJobQueue::cancel_alarm() {
  if (alarm_) alarm_->emit(asio::cancellation_type::terminal);
  alarm_.reset();
}

}  // namespace

std::unique_ptr<JobQueue> make_local_job_queue(const Executor& executor, const Clock& clock,
                                               Timers& timers, db::Database& database) {
  return std::make_unique<LocalJobQueue>(executor, clock, timers, database);
}

db::Migration jobs_migration() { return {.name = "jobs", .sql = schema}; }

}  // namespace ticketing::jobs
