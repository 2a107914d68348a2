// The steps of a job, each one call of a Lua script (*.lua, README.md). Contains the keys; when a
// step is due is decided elsewhere.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/jobs/job_queue.hpp"
#include "common/jobs/redis/redis_link.hpp"

namespace ticketing::jobs {

struct TakenJobs {
  std::vector<Job> jobs;
  std::optional<Timestamp> next_due;  // of the first job that is delayed
};

class JobScripts {
 public:
  // `token` distinguishes this worker's locks from those of others. The link outlives it.
  JobScripts(RedisLink& link, const std::string& queue, std::string job_name, std::string token,
             Milliseconds lock_length);

  // Each throws Unavailable; add also std::invalid_argument for an id that cannot be one.
  Task<> add(std::span<const Job> jobs, Timestamp now);
  static void check_id(const std::string& id);  // throws std::invalid_argument
  Task<> remove(const std::string& id);
  Task<TakenJobs> take(Timestamp now, std::size_t jobs_max);
  // Jobs that a call of take() took whose answer never came; `running` are those that came.
  Task<std::vector<Job>> reclaim(const std::vector<std::string>& running);
  // The ids whose locks have been lost.
  Task<std::vector<std::string>> renew(const std::vector<std::string>& ids);
  // False when another worker has the job now.
  Task<bool> finish(const std::string& id, Timestamp now);
  // When the job runs again; nothing when it does not, or another worker has it now.
  Task<std::optional<Timestamp>> fail(const std::string& id, Timestamp now,
                                      const std::string& reason);
  Task<std::size_t> recover(Timestamp now);

 private:
  Task<RedisReply> run(std::string_view script, std::vector<std::string_view> keys,
                       std::vector<std::string> arguments);

  RedisLink& link_;
  const std::string prefix_;  // "bull:<queue>:"
  const std::string job_name_;
  const std::string token_;
  const Milliseconds lock_length_;
  std::map<std::string_view, std::string_view> texts_;
};

}  // namespace ticketing::jobs
