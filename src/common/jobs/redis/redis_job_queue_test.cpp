#include "common/jobs/redis/redis_job_queue.hpp"

#include <gtest/gtest.h>

#include "common/jobs/job_queue_contract_test.hpp"
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

}  // namespace
}  // namespace ticketing::jobs
