#include "common/db/postgres/postgres_queue.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <iterator>

#include "common/base/log.hpp"

namespace ticketing::db {
namespace {

constexpr Milliseconds overdue_interval{50};
constexpr SteadyTime never = SteadyTime::max();
// Only a write shows whether the disk has room again.
constexpr Milliseconds without_room_length{5'000};
// This many start a batch without waiting for `batch_delay`.
constexpr std::size_t gathered_max = 256;

}  // namespace

PostgresQueue::PostgresQueue(asio::io_context& io, Limits limits)
    : io_(io), limits_(limits), due_(never), gathering_(io), changed_(io.get_executor()) {
  spawn(io_.get_executor(), "time limits of the PostgreSQL queue", refuse_the_overdue());
}

Task<std::vector<StatementResult>> PostgresQueue::serve(Transaction transaction) {
  if (held_.fetch_add(1) >= limits_.transactions_max) {
    held_.fetch_sub(1);
    throw Unavailable("the database queue is full");
  }
  const Executor executor = co_await asio::this_coro::executor;
  Outcome outcome = co_await suspend<Outcome>(executor, [&](Resume<Outcome> resume) {
    const SteadyTime now = clock_.steady_now();
    push({.transaction = {.statements = std::move(transaction.statements),
                          .due = now + transaction.batch_delay,
                          .resume = std::move(resume),
                          .outcome = {}},
          .contends_for = std::move(transaction.contends_for),
          .is_alone = transaction.is_alone,
          .arrived = now});
  });
  co_return std::move(outcome).take();
}

void PostgresQueue::push(QueuedTransaction transaction) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    was_empty = incoming_.empty();
    incoming_.push_back(std::move(transaction));
  }
  if (was_empty) asio::post(io_, [this] { take_in(); });
}

void PostgresQueue::take_in() {
  QueuedTransactions incoming;
  {
    const std::lock_guard lock(mutex_);
    incoming.swap(incoming_);
  }
  if (!away_.empty()) return refuse(std::move(incoming), away_);
  const bool was_empty = transactions_.empty();
  if (was_empty) due_ = never;
  const SteadyTime due_before = due_;
  for (QueuedTransaction& pending : incoming) {
    due_ = std::min(due_, pending.transaction.due);
    transactions_.push_back(std::move(pending));
  }
  if (was_empty) changed_.notify();
  if (due_ < due_before) gather();
  wake_one();
}

// Wakes a server when the first transaction is due.
void PostgresQueue::gather() {
  if (is_due()) return;
  gathering_.expires_at(due_);
  gathering_.async_wait([this](const boost::system::error_code& aborted) {
    if (!aborted) wake_one();
  });
}

bool PostgresQueue::is_due() const {
  if (transactions_.empty()) return false;
  return stopping_ || transactions_.size() >= gathered_max || due_ <= clock_.steady_now();
}

void PostgresQueue::wake_one() {
  if (!is_due() || idle_.empty()) return;
  idle_.back()->wake();
  idle_.pop_back();
}

QueuedTransactions PostgresQueue::take(std::size_t transactions_max, Server& server) {
  std::erase(idle_, &server);
  const std::size_t count = is_due() ? std::min(transactions_max, transactions_.size()) : 0;
  const auto end = transactions_.begin() + static_cast<std::ptrdiff_t>(count);
  QueuedTransactions taken(std::make_move_iterator(transactions_.begin()),
                           std::make_move_iterator(end));
  transactions_.erase(transactions_.begin(), end);
  if (taken.empty()) idle_.push_back(&server);
  wake_one();
  return taken;
}

void PostgresQueue::finish(QueuedTransactions transactions) {
  held_.fetch_sub(transactions.size());
  PendingTransactions waiting;
  waiting.reserve(transactions.size());
  for (QueuedTransaction& pending : transactions) waiting.push_back(std::move(pending.transaction));
  deliver(std::move(waiting));
}

void PostgresQueue::server_opened() {
  servers_open_.fetch_add(1);
  away_.clear();
}

void PostgresQueue::server_closed(Server& server, const std::string& reason) {
  servers_open_.fetch_sub(1);
  std::erase(idle_, &server);
  wake_one();  // the closed one may have been woken for work that is still there
  server_refused(reason);
}

void PostgresQueue::server_refused(const std::string& reason) {
  if (servers_open_ > 0) return;
  away_ = "PostgreSQL is away: " + reason;
  refuse_all(away_);
}

void PostgresQueue::server_had_no_room() {
  if (has_room()) log::warn("the disk of the PostgreSQL server is full");
  without_room_until_ = clock_.steady_now() + without_room_length;
}

bool PostgresQueue::has_room() const { return clock_.steady_now() >= without_room_until_.load(); }

void PostgresQueue::refuse(QueuedTransactions transactions, const std::string& reason) {
  for (QueuedTransaction& pending : transactions) {
    pending.transaction.outcome = {
        .kind = Outcome::Kind::unavailable, .reason = reason, .results = {}};
  }
  finish(std::move(transactions));
}

void PostgresQueue::refuse_all(const std::string& reason) {
  QueuedTransactions all(std::make_move_iterator(transactions_.begin()),
                         std::make_move_iterator(transactions_.end()));
  transactions_.clear();
  refuse(std::move(all), reason);
}

Task<> PostgresQueue::refuse_the_overdue() {
  while (!stopping_) {
    co_await changed_.wait_for(transactions_.empty() ? std::chrono::hours{1} : overdue_interval);
    const SteadyTime oldest = clock_.steady_now() - limits_.time_max;
    QueuedTransactions overdue;
    while (!transactions_.empty() && transactions_.front().arrived < oldest) {
      overdue.push_back(std::move(transactions_.front()));
      transactions_.pop_front();
    }
    refuse(std::move(overdue), "the database queue is too long");
  }
}

void PostgresQueue::stop() {
  take_in();
  stopping_ = true;
  gathering_.cancel();
  changed_.notify();
  for (Server* server : idle_) server->wake();
}

}  // namespace ticketing::db
