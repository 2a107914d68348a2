#include "common/db/postgres/postgres_session.hpp"

#include "common/base/backoff.hpp"
#include "common/base/log.hpp"

namespace ticketing::db {
namespace {

constexpr Backoff reconnect_backoff{.shortest = Milliseconds{100}, .longest = Milliseconds{1'000}};
constexpr std::chrono::hours until_woken{1};

}  // namespace

PostgresSession::PostgresSession(const Executor& executor, const PostgresSettings& settings,
                                 PostgresLink::Role role, PostgresQueue& queue,
                                 PostgresClock& server_clock, std::size_t transactions_max)
    : settings_(settings),
      link_(executor, settings_, role, server_clock),
      queue_(queue),
      transactions_max_(transactions_max),
      reconnect_pause_(reconnect_backoff.shortest) {}

Task<> PostgresSession::run() {
  while (!queue_.is_drained()) {
    std::string failure;
    try {
      if (link_.is_open()) {
        co_await work();
        continue;
      }
      co_await reopen();
    } catch (const LinkLost& lost) {
      failure = lost.what();
    } catch (const ConfigError& error) {
      failure = error.what();
    }
    note_open(link_.is_open(), failure);
    if (link_.is_open() || queue_.is_drained()) continue;
    co_await link_.rest(up_to(reconnect_pause_, random_));
    reconnect_pause_ = reconnect_backoff.next(reconnect_pause_);
  }
  link_.close();
}

Task<> PostgresSession::reopen() {
  pipeline_.reset();
  co_await link_.open();
  reconnect_pause_ = reconnect_backoff.shortest;
}

Task<> PostgresSession::work() {
  QueuedTransactions transactions = queue_.take(transactions_max_, *this);
  if (transactions.empty()) {
    co_await link_.rest(until_woken);
    co_return;
  }
  co_await serve(transactions);
  queue_.finish(std::move(transactions));
  if (!link_.is_open()) throw LinkLost("the connection was lost");
}

void PostgresSession::note_open(bool open, const std::string& reason) {
  if (open == counted_open_) {
    if (!open) queue_.server_refused(reason);
    return;
  }
  counted_open_ = open;
  if (open) {
    queue_.server_opened();
    log::debug("connected to PostgreSQL");
  } else {
    queue_.server_closed(*this, reason);
    log::warn("a connection to PostgreSQL was lost", {{"error", reason}});
  }
}

}  // namespace ticketing::db
