// Transactions that wait for a connection, bounded in number and in time. serve() may be called on
// any thread; everything else runs on the database's I/O thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "common/async/signal.hpp"
#include "common/base/clock.hpp"
#include "common/db/pending_transaction.hpp"

namespace ticketing::db {

struct QueuedTransaction {
  PendingTransaction transaction;
  std::string contends_for;  // these two: see Transaction
  bool is_alone = false;
  SteadyTime arrived;
};
using QueuedTransactions = std::vector<QueuedTransaction>;

class PostgresQueue {
 public:
  // A session that serves the queue; wake() is called while it is idle and work is due.
  class Server {
   public:
    virtual ~Server() = default;
    virtual void wake() = 0;
  };
  struct Limits {
    std::size_t transactions_max;  // that wait or are being served
    Milliseconds time_max;         // until a transaction is taken
  };

  PostgresQueue(asio::io_context& io, Limits limits);

  // Resumes with the outcome. Starts after at most its `batch_delay`, earlier when another
  // transaction starts a batch. Throws Unavailable at once when the queue is full.
  Task<std::vector<StatementResult>> serve(Transaction transaction);

  // At most `transactions_max`, oldest first. After an empty result the server is woken when work
  // is due.
  QueuedTransactions take(std::size_t transactions_max, Server& server);
  // Delivers the outcomes.
  void finish(QueuedTransactions transactions);

  // Count the connections that serve the queue. When the last one closes, all that wait is refused.
  void server_opened();
  void server_closed(Server& server, const std::string& reason);
  // A connection could not be made. Refuses all that wait when no other connection is open.
  void server_refused(const std::string& reason);
  bool is_served() const { return servers_open_ > 0; }
  // The server's disk was full: writes will probably fail for the next seconds.
  void server_had_no_room();
  bool has_room() const;

  // No transaction comes in after this.
  void stop();
  bool is_drained() const { return stopping_ && transactions_.empty(); }

 private:
  void push(QueuedTransaction transaction);
  void take_in();
  void gather();
  bool is_due() const;
  void wake_one();
  void refuse(QueuedTransactions transactions, const std::string& reason);
  void refuse_all(const std::string& reason);
  Task<> refuse_the_overdue();

  asio::io_context& io_;
  const Limits limits_;
  SystemClock clock_;
  std::atomic<std::size_t> held_ = 0;
  std::atomic<int> servers_open_ = 0;
  std::atomic<SteadyTime> without_room_until_ = SteadyTime{};

  std::mutex mutex_;
  QueuedTransactions incoming_;

  std::deque<QueuedTransaction> transactions_;
  SteadyTime due_;  // no transaction is due before
  asio::steady_timer gathering_;
  std::vector<Server*> idle_;
  Signal changed_;
  std::string away_;  // why all is refused; empty: a connection is open, or may be soon
  bool stopping_ = false;
};

}  // namespace ticketing::db
