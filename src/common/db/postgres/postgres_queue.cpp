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
// Only a write can tell whether there is room again.
constexpr Milliseconds without_room_length{5'000};
// So many are worth a commit of their own.
constexpr std::size_t gathered_max = 256;

}  // namespace

PostgresQueue::PostgresQueue(asio::io_context& io, Limits limits)
    : io_(io), limits_(limits), due_(never), gathering_(io), changed_(io.get_executor()) {
  spawn(io_.get_executor(), "time limits of the PostgreSQL queue", refuse_the_overdue());
}

Task<std::vector<StatementResult>> PostgresQueue::serve(std::vector<Statement> statements,
                                                        std::string contends_for,
                                                        Milliseconds patience) {
  if (held_.fetch_add(1) >= limits_.lists_max) {
    held_.fetch_sub(1);
    throw Unavailable("the database queue is full");
  }
  const Executor executor = co_await asio::this_coro::executor;
  Outcome outcome = co_await suspend<Outcome>(executor, [&](Resume<Outcome> resume) {
    const SteadyTime now = clock_.steady_now();
    push({.list = {.statements = std::move(statements),
                   .due = now + patience,
                   .resume = std::move(resume),
                   .outcome = {}},
          .contends_for = std::move(contends_for),
          .arrived = now});
  });
  co_return std::move(outcome).take();
}

void PostgresQueue::push(PendingList list) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    was_empty = incoming_.empty();
    incoming_.push_back(std::move(list));
  }
  if (was_empty) asio::post(io_, [this] { take_in(); });
}

void PostgresQueue::take_in() {
  PendingLists incoming;
  {
    const std::lock_guard lock(mutex_);
    incoming.swap(incoming_);
  }
  if (!away_.empty()) return refuse(std::move(incoming), away_);
  const bool was_empty = lists_.empty();
  if (was_empty) due_ = never;
  const SteadyTime due_before = due_;
  for (PendingList& pending : incoming) {
    due_ = std::min(due_, pending.list.due);
    lists_.push_back(std::move(pending));
  }
  if (was_empty) changed_.notify();
  if (due_ < due_before) gather();
  wake_one();
}

// Wakes a server when the least patient list is due.
void PostgresQueue::gather() {
  if (is_due()) return;
  gathering_.expires_at(due_);
  gathering_.async_wait([this](const boost::system::error_code& aborted) {
    if (!aborted) wake_one();
  });
}

bool PostgresQueue::is_due() const {
  if (lists_.empty()) return false;
  return stopping_ || lists_.size() >= gathered_max || due_ <= clock_.steady_now();
}

void PostgresQueue::wake_one() {
  if (!is_due() || idle_.empty()) return;
  idle_.back()->wake();
  idle_.pop_back();
}

PendingLists PostgresQueue::take(std::size_t lists_max, Server& server) {
  std::erase(idle_, &server);
  const std::size_t count = is_due() ? std::min(lists_max, lists_.size()) : 0;
  const auto end = lists_.begin() + static_cast<std::ptrdiff_t>(count);
  PendingLists taken(std::make_move_iterator(lists_.begin()), std::make_move_iterator(end));
  lists_.erase(lists_.begin(), end);
  if (taken.empty()) idle_.push_back(&server);
  wake_one();
  return taken;
}

void PostgresQueue::finish(PendingLists lists) {
  held_.fetch_sub(lists.size());
  WaitingLists waiting;
  waiting.reserve(lists.size());
  for (PendingList& pending : lists) waiting.push_back(std::move(pending.list));
  deliver(std::move(waiting));
}

void PostgresQueue::server_opened() {
  servers_open_.fetch_add(1);
  away_.clear();
}

void PostgresQueue::server_closed(Server& server, const std::string& reason) {
  servers_open_.fetch_sub(1);
  std::erase(idle_, &server);
  wake_one();  // it may have been woken for lists that it will not take now
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

void PostgresQueue::refuse(PendingLists lists, const std::string& reason) {
  for (PendingList& pending : lists) {
    pending.list.outcome = {.kind = Outcome::Kind::unavailable, .reason = reason, .results = {}};
  }
  finish(std::move(lists));
}

void PostgresQueue::refuse_all(const std::string& reason) {
  PendingLists all(std::make_move_iterator(lists_.begin()), std::make_move_iterator(lists_.end()));
  lists_.clear();
  refuse(std::move(all), reason);
}

Task<> PostgresQueue::refuse_the_overdue() {
  while (!stopping_) {
    co_await changed_.wait_for(lists_.empty() ? std::chrono::hours{1} : overdue_interval);
    const SteadyTime oldest = clock_.steady_now() - limits_.time_max;
    PendingLists overdue;
    while (!lists_.empty() && lists_.front().arrived < oldest) {
      overdue.push_back(std::move(lists_.front()));
      lists_.pop_front();
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
