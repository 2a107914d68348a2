#include "common/db/sqlite/lane.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <thread>

namespace ticketing::db {
namespace {

// A pause this long counts as idle: long enough for the answers just given to bring new work.
constexpr std::chrono::milliseconds idle_after{3};
constexpr SteadyTime never = SteadyTime::max();

class ThreadLane final : public Lane {
 public:
  ThreadLane(SqliteWork& work, Limits limits)
      : Lane(limits), work_(work), thread_([this] { run(); }) {}

  ~ThreadLane() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

 private:
  void push(WaitingList list) override {
    bool sooner = false;
    {
      const std::lock_guard lock(mutex_);
      sooner = list.due < due_ || queue_.size() + 1 == batch_max();
      due_ = std::min(due_, list.due);
      queue_.push_back(std::move(list));
    }
    if (sooner) changed_.notify_one();
  }

  void run() {
    WaitingLists taken;
    while (take(taken)) work_off(taken, work_);
  }

  bool take(WaitingLists& taken) {
    std::unique_lock lock(mutex_);
    while (!is_due()) {
      const bool chores = queue_.empty() && work_.has_chores();
      if (!wait_until(lock, chores ? std::chrono::steady_clock::now() + idle_after : due_) ||
          !chores) {
        continue;
      }
      lock.unlock();
      work_.do_chores(true);
      lock.lock();
    }
    taken.swap(queue_);
    due_ = never;
    return !taken.empty();
  }

  bool is_due() const {
    return stopping_ || queue_.size() >= batch_max() || std::chrono::steady_clock::now() >= due_;
  }

  // Whether the time came; otherwise something changed.
  bool wait_until(std::unique_lock<std::mutex>& lock, SteadyTime time) {
    if (time != never) return changed_.wait_until(lock, time) == std::cv_status::timeout;
    changed_.wait(lock);
    return false;
  }

  SqliteWork& work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  WaitingLists queue_;
  SteadyTime due_ = never;  // of the least patient in the queue
  bool stopping_ = false;
  std::thread thread_;  // last: it starts when everything above is there
};

class InlineLane final : public Lane {
 public:
  InlineLane(const Executor& executor, SqliteWork& work, Limits limits)
      : Lane(limits),
        executor_(executor),
        work_(work),
        alive_(std::make_shared<InlineLane*>(this)) {}

  ~InlineLane() override { flush(); }

 private:
  void push(WaitingList list) override {
    queue_.push_back(std::move(list));
    if (queue_.size() > 1) return;
    asio::post(executor_, [lane = std::weak_ptr(alive_)] {
      if (const auto alive = lane.lock()) (*alive)->flush();
    });
  }

  void flush() {
    WaitingLists taken;
    taken.swap(queue_);
    work_off(taken, work_);
    work_.do_chores(true);
  }

  Executor executor_;
  SqliteWork& work_;
  WaitingLists queue_;
  std::shared_ptr<InlineLane*> alive_;  // a flush may still be posted when the lane is gone
};

}  // namespace

Task<std::vector<StatementResult>> Lane::serve(std::vector<Statement> statements,
                                               Milliseconds patience) {
  if (waiting_.fetch_add(1) >= limits_.queue_max) {
    waiting_.fetch_sub(1);
    throw Unavailable("the database queue is full");
  }
  const Executor executor = co_await asio::this_coro::executor;
  Outcome outcome = co_await suspend<Outcome>(executor, [this, statements = std::move(statements),
                                                         patience](Resume<Outcome> resume) mutable {
    push(WaitingList{.statements = std::move(statements),
                     .due = std::chrono::steady_clock::now() + patience,
                     .resume = std::move(resume),
                     .outcome = {}});
  });
  co_return std::move(outcome).take();
}

void Lane::work_off(WaitingLists& lists, SqliteWork& work) {
  for (std::size_t begin = 0; begin < lists.size(); begin += limits_.batch_max) {
    const std::size_t end = std::min(begin + limits_.batch_max, lists.size());
    const auto first = lists.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = lists.begin() + static_cast<std::ptrdiff_t>(end);
    WaitingLists batch(std::make_move_iterator(first), std::make_move_iterator(last));
    const std::size_t served = batch.size();
    work.run(batch);
    waiting_.fetch_sub(served);
    deliver(std::move(batch));
    work.do_chores(false);
  }
  lists.clear();
}

std::unique_ptr<Lane> thread_lane(SqliteWork& work, Lane::Limits limits) {
  return std::make_unique<ThreadLane>(work, limits);
}

std::unique_ptr<Lane> inline_lane(const Executor& executor, SqliteWork& work, Lane::Limits limits) {
  return std::make_unique<InlineLane>(executor, work, limits);
}

}  // namespace ticketing::db
