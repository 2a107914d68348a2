// Lists that wait for a connection, bounded in number and in time. Lists come in from any thread;
// all else is done on the one that does the database's input and output.
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
#include "common/db/waiting_list.hpp"

namespace ticketing::db {

struct PendingList {
  WaitingList list;
  std::string contends_for;
  SteadyTime arrived;
};
using PendingLists = std::vector<PendingList>;

class PostgresQueue {
 public:
  // Whoever serves the queue: told when there is work, while it waits for some.
  class Server {
   public:
    virtual ~Server() = default;
    virtual void wake() = 0;
  };
  struct Limits {
    std::size_t lists_max;  // that wait or are being served
    Milliseconds time_max;  // until a list is taken
  };

  PostgresQueue(asio::io_context& io, Limits limits);

  // Resumes with the outcome; begins after `patience`, or earlier in the company of others. Throws
  // Unavailable at once when the queue is full.
  Task<std::vector<StatementResult>> serve(std::vector<Statement> statements,
                                           std::string contends_for, Milliseconds patience);

  // At most `lists_max`, in the order they came. With none, the server is woken when there are.
  PendingLists take(std::size_t lists_max, Server& server);
  // Their outcomes are there.
  void finish(PendingLists lists);

  // How many connections serve the queue. With none left, nobody waits in vain.
  void server_opened();
  void server_closed(Server& server, const std::string& reason);
  // A connection could not be made; tells those who hope for the first one.
  void server_refused(const std::string& reason);
  bool is_served() const { return servers_open_ > 0; }
  // The server's disk was full a moment ago: what needs room will hardly get any.
  void server_had_no_room();
  bool has_room() const;

  // No list comes in any more.
  void stop();
  bool is_drained() const { return stopping_ && lists_.empty(); }

 private:
  void push(PendingList list);
  void take_in();
  void gather();
  bool is_due() const;
  void wake_one();
  void refuse(PendingLists lists, const std::string& reason);
  void refuse_all(const std::string& reason);
  Task<> refuse_the_overdue();

  asio::io_context& io_;
  const Limits limits_;
  SystemClock clock_;
  std::atomic<std::size_t> held_ = 0;
  std::atomic<int> servers_open_ = 0;
  std::atomic<SteadyTime> without_room_until_ = SteadyTime{};

  std::mutex mutex_;
  PendingLists incoming_;

  std::deque<PendingList> lists_;
  SteadyTime due_;  // no list is due before
  asio::steady_timer gathering_;
  std::vector<Server*> idle_;
  Signal changed_;
  std::string away_;  // why nobody can be served; empty: somebody is, or may be soon
  bool stopping_ = false;
};

}  // namespace ticketing::db
