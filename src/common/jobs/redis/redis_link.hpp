// One connection to Redis on a thread of its own. Commands that wait together travel together;
// nothing the owner calls waits for the network.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/async/task.hpp"
#include "common/base/clock.hpp"
#include "common/jobs/redis/redis_address.hpp"

struct redisContext;

namespace ticketing::jobs {

struct RedisReply {
  bool is_null = false;
  std::int64_t integer = 0;
  std::string text{};
  std::vector<RedisReply> elements{};
};

using RedisCommand = std::vector<std::string>;

class RedisLink {
 public:
  // Connecting and every answer may take this long.
  static constexpr Milliseconds limit{2'000};
  static constexpr std::size_t waiting_max = 10'000;

  // Begins to connect, and keeps trying.
  RedisLink(const Executor& executor, RedisAddress address);
  // What waits is still sent; the thread is waited for, a moment or, without Redis, `limit`.
  ~RedisLink();
  RedisLink(const RedisLink&) = delete;
  RedisLink& operator=(const RedisLink&) = delete;

  // Throws Unavailable when Redis cannot be reached, does not answer in time (it may have carried
  // the command out all the same) or refuses.
  Task<RedisReply> call(RedisCommand command);

  // The last command or look (one a second) was answered.
  bool is_connected() const { return connected_; }

 private:
  struct Waiting;
  struct FreeContext {
    void operator()(redisContext* context) const;
  };

  void run();
  bool wait_for_work(std::vector<std::unique_ptr<Waiting>>& batch);
  void connect();
  void greet();
  void exchange(std::vector<std::unique_ptr<Waiting>>& batch);
  RedisReply read();
  void disconnect();

  Executor executor_;
  const RedisAddress address_;
  std::atomic<bool> connected_{false};

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Waiting>> waiting_;
  bool closing_ = false;

  std::unique_ptr<redisContext, FreeContext> context_;  // of the thread
  SteadyTime next_connect_{};                           // of the thread
  std::string last_fault_;                              // of the thread
  std::thread thread_;
};

}  // namespace ticketing::jobs
