// The job-queue port in Redis, in the layout of BullMQ (README.md), so that its tools see the jobs
// and its workers could run them. Redis may lose jobs: their owner must be able to add them
// again.
#pragma once

#include <memory>
#include <string>

#include "common/async/task.hpp"
#include "common/async/timers.hpp"
#include "common/base/clock.hpp"
#include "common/jobs/job_queue.hpp"

namespace ticketing::jobs {

struct RedisJobSettings {
  std::string url;               // redis://user:password@host:port/database, or rediss://
  std::string ca_file = {};      // authorities that vouch for a rediss:// server
  std::string queue;             // without ':'
  std::string job_name = queue;  // what tools show for each job
  // A worker that died is noticed after one to two of these.
  Milliseconds lock_length{30'000};
  // How late a job may run that another process added.
  Milliseconds look_interval{500};
};

// Connects in the background, and keeps trying. The ids of jobs may not contain ':'. All references
// outlive the queue; stop it before it goes. Throws ConfigError.
std::unique_ptr<JobQueue> make_redis_job_queue(const Executor& executor, const Clock& clock,
                                               Timers& timers, RedisJobSettings settings);

}  // namespace ticketing::jobs
