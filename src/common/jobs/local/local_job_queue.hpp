// The job-queue port as a table in the owner's own database and one alarm for the job that is due
// first.
#pragma once

#include <memory>

#include "common/async/task.hpp"
#include "common/async/timers.hpp"
#include "common/base/clock.hpp"
#include "common/db/database.hpp"
#include "common/db/migrations.hpp"
#include "common/jobs/job_queue.hpp"

namespace ticketing::jobs {

// `database` has the table of jobs_migration(), is used by no other job queue, and outlives
// the queue, as the others do. Stop the queue before it goes.
std::unique_ptr<JobQueue> make_local_job_queue(const Executor& executor, const Clock& clock,
                                               Timers& timers, db::Database& database);

// The queue's own table; part of its owner's migrations.
db::Migration jobs_migration();

}  // namespace ticketing::jobs
