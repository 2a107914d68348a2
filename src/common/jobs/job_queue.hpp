// The job-queue port: runs something once its time has come, at least once, never early.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/async/task.hpp"
#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/db/database.hpp"

namespace ticketing::jobs {

struct Job {
  std::string id;    // chosen by the caller; adding the same id twice is one job
  std::string data;  // JSON
  Timestamp due;
};
BOOST_DESCRIBE_STRUCT(Job, (), (id, data, due))

// An exception means "again later".
using Handler = std::function<Task<>(const Job&)>;

class JobQueue {
 public:
  virtual ~JobQueue() = default;

  // Resumes when the job is stored. Throws Unavailable; add it again then, also when it may have
  // been stored.
  virtual Task<> add(Job job) = 0;
  // The same for any number, a few hundred at a time. When it throws, some may have been stored.
  virtual Task<> add_many(std::vector<Job> jobs) = 0;
  // Where jobs are kept in the caller's own database: the statement that stores one, for the
  // transaction that it belongs to. Call stored() after the commit. Elsewhere nothing: add() it
  // then.
  virtual std::optional<db::Statement> store(const Job& job) const {
    static_cast<void>(job);
    return std::nullopt;
  }
  virtual void stored(const Job& job) { static_cast<void>(job); }
  // Deletes a job that has not run; no error when there is none. Throws Unavailable.
  virtual Task<> remove(const std::string& id) = 0;

  virtual void start(Handler handler) = 0;
  virtual Task<> stop() = 0;
  virtual bool is_ready() const = 0;
  // Whether a job that was stored is never lost. Where it may be, add every job again from time to
  // time.
  virtual bool keeps_jobs() const = 0;
};

}  // namespace ticketing::jobs
