#include "common/db/sqlite/execution_queue.hpp"

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

class ThreadQueue final : public ExecutionQueue {
 public:
  ThreadQueue(SqliteWork& work, Limits limits)
      : ExecutionQueue(limits), work_(work), thread_([this] { run(); }) {}

  ~ThreadQueue() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

 private:
  void push(PendingTransaction transaction) override {
    bool sooner = false;
    {
      const std::lock_guard lock(mutex_);
      sooner = transaction.due < due_ || queue_.size() + 1 == batch_max();
      due_ = std::min(due_, transaction.due);
      queue_.push_back(std::move(transaction));
    }
    if (sooner) changed_.notify_one();
  }

  void run() {
    PendingTransactions taken;
    while (take(taken)) serve_batches(taken, work_);
  }

  bool take(PendingTransactions& taken) {
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
  PendingTransactions queue_;
  SteadyTime due_ = never;  // the earliest `due` in the queue
  bool stopping_ = false;
  std::thread thread_;  // last: it starts when everything above is there
};

class InlineQueue final : public ExecutionQueue {
 public:
  InlineQueue(const Executor& executor, SqliteWork& work, Limits limits)
      : ExecutionQueue(limits),
        executor_(executor),
        work_(work),
        alive_(std::make_shared<InlineQueue*>(this)) {}

  ~InlineQueue() override { flush(); }

 private:
  void push(PendingTransaction transaction) override {
    queue_.push_back(std::move(transaction));
    if (queue_.size() > 1) return;
    asio::post(executor_, [queue = std::weak_ptr(alive_)] {
      if (const auto alive = queue.lock()) (*alive)->flush();
    });
  }

  void flush() {
    PendingTransactions taken;
    taken.swap(queue_);
    serve_batches(taken, work_);
    work_.do_chores(true);
  }

  Executor executor_;
  SqliteWork& work_;
  PendingTransactions queue_;
  std::shared_ptr<InlineQueue*> alive_;  // a flush may still be posted when the queue is gone
};

}  // namespace

Task<std::vector<StatementResult>> ExecutionQueue::serve(std::vector<Statement> statements,
                                                         Milliseconds batch_delay) {
  if (waiting_.fetch_add(1) >= limits_.queue_max) {
    waiting_.fetch_sub(1);
    throw Unavailable("the database queue is full");
  }
  const Executor executor = co_await asio::this_coro::executor;
  Outcome outcome = co_await suspend<Outcome>(
      executor,
      [this, statements = std::move(statements), batch_delay](Resume<Outcome> resume) mutable {
        push(PendingTransaction{.statements = std::move(statements),
                                .due = std::chrono::steady_clock::now() + batch_delay,
                                .resume = std::move(resume),
                                .outcome = {}});
      });
  co_return std::move(outcome).take();
}

void ExecutionQueue::serve_batches(PendingTransactions& transactions, SqliteWork& work) {
  for (std::size_t begin = 0; begin < transactions.size(); begin += limits_.batch_max) {
    const std::size_t end = std::min(begin + limits_.batch_max, transactions.size());
    const auto first = transactions.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = transactions.begin() + static_cast<std::ptrdiff_t>(end);
    PendingTransactions batch(std::make_move_iterator(first), std::make_move_iterator(last));
    const std::size_t served = batch.size();
    work.run(batch);
    waiting_.fetch_sub(served);
    deliver(std::move(batch));
    work.do_chores(false);
  }
  transactions.clear();
}

std::unique_ptr<ExecutionQueue> thread_queue(SqliteWork& work, ExecutionQueue::Limits limits) {
  return std::make_unique<ThreadQueue>(work, limits);
}

std::unique_ptr<ExecutionQueue> inline_queue(const Executor& executor, SqliteWork& work,
                                             ExecutionQueue::Limits limits) {
  return std::make_unique<InlineQueue>(executor, work, limits);
}

}  // namespace ticketing::db
