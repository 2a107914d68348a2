// A job queue in memory that is apart from the database, as Redis is: it can lose jobs and be away.
// Part of no library.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/base/exceptions.hpp"
#include "common/jobs/job_queue.hpp"

namespace ticketing::expiration {

class TestQueue final : public jobs::JobQueue {
 public:
  std::map<std::string, jobs::Job> jobs;
  bool is_away = false;

  Task<> add(jobs::Job job) override {
    if (is_away) throw Unavailable("the queue is away");
    std::string id = job.id;
    jobs.emplace(std::move(id), std::move(job));
    co_return;
  }
  Task<> add_many(std::vector<jobs::Job> many) override {
    for (jobs::Job& job : many) co_await add(std::move(job));
  }
  Task<> remove(const std::string& id) override {
    if (is_away) throw Unavailable("the queue is away");
    jobs.erase(id);
    co_return;
  }
  void start(jobs::Handler) override {}
  Task<> stop() override { co_return; }
  bool is_ready() const override { return !is_away; }
  bool keeps_jobs() const override { return false; }
};

}  // namespace ticketing::expiration
