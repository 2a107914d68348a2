// One connection to Redis on a thread of its own. Commands that wait at the same time are sent
// together; no call of the owner waits for the network.
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
#include "common/jobs/redis/redis_stream.hpp"

struct redisReader;  // NOLINT(readability-identifier-naming): of hiredis

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

  // Begins to connect, and keeps trying. `ca_file` as in RedisStream.
  RedisLink(const Executor& executor, RedisAddress address, std::string ca_file = "");
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
  struct FreeReader {
    void operator()(redisReader* reader) const;
  };

  void run();
  bool wait_for_work(std::vector<std::unique_ptr<Waiting>>& batch);
  void connect();
  void greet();
  void append(const RedisCommand& command);
  void exchange(std::vector<std::unique_ptr<Waiting>>& batch);
  RedisReply read();
  void disconnect();

  Executor executor_;
  const RedisAddress address_;
  const std::string ca_file_;
  std::atomic<bool> connected_{false};

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Waiting>> waiting_;
  bool closing_ = false;

  // Of the thread:
  std::unique_ptr<RedisStream> stream_;
  std::unique_ptr<redisReader, FreeReader> reader_;  // of what the stream brings
  std::string outgoing_;                             // commands that were not sent yet
  SteadyTime next_connect_{};
  std::string last_fault_;
  std::thread thread_;
};

}  // namespace ticketing::jobs
