#include "common/jobs/redis/redis_link.hpp"

#include <hiredis.h>

#include <array>
#include <boost/asio/post.hpp>

#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"

namespace ticketing::jobs {
namespace {

constexpr Milliseconds look_interval{1'000};
constexpr Milliseconds reconnect_rest{200};
constexpr std::size_t read_bytes = 16 * 1024;

// Redis answered, but with an error.
struct Refused {
  std::string why;
};

RedisReply convert(const redisReply& raw) {
  RedisReply reply{.is_null = raw.type == REDIS_REPLY_NIL};
  if (raw.type == REDIS_REPLY_INTEGER) reply.integer = raw.integer;
  if (raw.type == REDIS_REPLY_STRING || raw.type == REDIS_REPLY_STATUS) {
    reply.text.assign(raw.str, raw.len);
  }
  if (raw.type == REDIS_REPLY_ARRAY) {
    for (std::size_t i = 0; i < raw.elements; ++i) {
      reply.elements.push_back(convert(*raw.element[i]));
    }
  }
  return reply;
}

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};

}  // namespace

struct RedisLink::Waiting {
  RedisCommand command;
  SteadyTime deadline;
  Resume<RedisReply> resume;

  void answer(RedisReply reply) && {
    const Executor executor = resume.executor();  // outlives what is moved away
    asio::post(executor, [r = std::move(resume), reply = std::move(reply)]() mutable {
      r(std::move(reply));
    });
  }
  void fail(const std::string& why) && {
    const Executor executor = resume.executor();
    asio::post(executor, [r = std::move(resume),
                          error = std::make_exception_ptr(Unavailable(why))]() mutable {
      r.fail(std::move(error));
    });
  }
};

void RedisLink::FreeReader::operator()(redisReader* reader) const { redisReaderFree(reader); }

RedisLink::RedisLink(const Executor& executor, RedisAddress address, std::string ca_file)
    : executor_(executor), address_(std::move(address)), ca_file_(std::move(ca_file)) {
  thread_ = std::thread([this] { run(); });
}

RedisLink::~RedisLink() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Task<RedisReply> RedisLink::call(RedisCommand command) {
  co_return co_await suspend<RedisReply>(executor_, [this, &command](Resume<RedisReply> resume) {
    auto waiting =
        std::make_unique<Waiting>(Waiting{.command = std::move(command),
                                          .deadline = std::chrono::steady_clock::now() + limit,
                                          .resume = std::move(resume)});
    std::unique_lock lock(mutex_);
    if (closing_ || waiting_.size() >= waiting_max) {
      const bool closing = closing_;
      lock.unlock();
      std::move(*waiting).fail(closing ? "the connection to Redis is closed"
                                       : "too many commands wait for Redis");
      return;
    }
    waiting_.push_back(std::move(waiting));
    changed_.notify_all();
  });
}

void RedisLink::run() {
  std::vector<std::unique_ptr<Waiting>> batch;
  bool goes_on = true;
  while (goes_on) {
    batch.clear();
    goes_on = wait_for_work(batch);
    try {
      connect();
      exchange(batch);
      if (!connected_.exchange(true)) log::info("connected to Redis", {{"host", address_.host}});
      last_fault_.clear();
    } catch (const std::exception& error) {
      disconnect();
      if (connected_.exchange(false) || last_fault_ != error.what()) {
        log::warn("Redis cannot be used", {{"host", address_.host}, {"error", error.what()}});
      }
      last_fault_ = error.what();
      for (auto& waiting : batch) {
        if (waiting) std::move(*waiting).fail("Redis: " + last_fault_);
      }
    }
  }
  disconnect();
  connected_ = false;
}

// False when this is the last batch.
bool RedisLink::wait_for_work(std::vector<std::unique_ptr<Waiting>>& batch) {
  std::unique_lock lock(mutex_);
  // An empty batch, after a while, is a look whether Redis is there; the first one comes at once.
  const Milliseconds wait_max = stream_ || !last_fault_.empty() ? look_interval : Milliseconds{0};
  changed_.wait_for(lock, wait_max, [this] { return closing_ || !waiting_.empty(); });
  batch.swap(waiting_);
  return !closing_;
}

void RedisLink::connect() {
  if (stream_) return;
  const SteadyTime now = std::chrono::steady_clock::now();
  if (now < next_connect_) throw Unavailable(last_fault_);
  next_connect_ = now + reconnect_rest;
  stream_ = std::make_unique<RedisStream>(address_, ca_file_, limit);
  reader_.reset(redisReaderCreate());
  if (!reader_) throw Unavailable("no memory for a connection");
  outgoing_.clear();
  greet();
}

void RedisLink::greet() {
  const auto ask = [this](const RedisCommand& command) {
    append(command);
    try {
      read();
    } catch (const Refused& refused) {
      throw Unavailable(refused.why);
    }
  };
  if (!address_.password.empty()) {
    ask(address_.user.empty() ? RedisCommand{"AUTH", address_.password}
                              : RedisCommand{"AUTH", address_.user, address_.password});
  }
  if (address_.database != 0) ask({"SELECT", std::to_string(address_.database)});
}

void RedisLink::append(const RedisCommand& command) {
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  for (const std::string& part : command) {
    texts.push_back(part.data());
    lengths.push_back(part.size());
  }
  char* made = nullptr;
  const int length =
      redisFormatCommandArgv(&made, static_cast<int>(texts.size()), texts.data(), lengths.data());
  if (length < 0) throw Unavailable("no memory for a command");
  outgoing_.append(made, static_cast<std::size_t>(length));
  redisFreeCommand(made);
}

// Sends all commands of the batch, or a PING for an empty one, then reads their answers. An entry
// that is answered is empty afterwards.
void RedisLink::exchange(std::vector<std::unique_ptr<Waiting>>& batch) {
  const SteadyTime now = std::chrono::steady_clock::now();
  for (auto& waiting : batch) {
    if (now > waiting->deadline) {
      std::move(*waiting).fail("Redis did not answer in time");
      waiting.reset();
      continue;
    }
    append(waiting->command);
  }
  if (batch.empty()) {
    append({"PING"});
    try {
      read();
    } catch (const Refused& refused) {  // loading its data, or a password is required
      throw Unavailable(refused.why);
    }
  }
  for (auto& waiting : batch) {
    if (!waiting) continue;
    try {
      RedisReply reply = read();
      std::move(*waiting).answer(std::move(reply));
    } catch (const Refused& refused) {
      std::move(*waiting).fail("Redis: " + refused.why);
    }
    waiting.reset();
  }
}

RedisReply RedisLink::read() {
  if (!outgoing_.empty()) {
    stream_->send(outgoing_);
    outgoing_.clear();
  }
  void* made = nullptr;
  for (;;) {
    if (redisReaderGetReply(reader_.get(), &made) != REDIS_OK) throw Unavailable(reader_->errstr);
    if (made != nullptr) break;
    std::array<char, read_bytes> buffer;
    const std::size_t came = stream_->receive(buffer);
    redisReaderFeed(reader_.get(), buffer.data(), came);
  }
  const std::unique_ptr<redisReply, FreeReply> reply(static_cast<redisReply*>(made));
  if (reply->type == REDIS_REPLY_ERROR) throw Refused{{reply->str, reply->len}};
  return convert(*reply);
}

void RedisLink::disconnect() {
  stream_.reset();
  reader_.reset();
}

}  // namespace ticketing::jobs
