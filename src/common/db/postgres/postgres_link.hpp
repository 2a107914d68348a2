// One connection to the server on one executor: connecting, waiting, sending, receiving, each with
// a deadline. Independent of batches, queues and the meaning of a statement.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/async/signal.hpp"
#include "common/async/task.hpp"
#include "common/db/database.hpp"
#include "common/db/postgres/postgres_answer.hpp"
#include "common/db/postgres/postgres_clock.hpp"
#include "common/db/postgres/postgres_database.hpp"

struct pg_conn;

namespace ticketing::db {

// The connection is gone or of no use any more; what was sent may have been done.
class LinkLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class PostgresLink {
 public:
  enum class Role { migrator, writer, reader };

  PostgresLink(const Executor& executor, const PostgresSettings& settings, Role role,
               PostgresClock& server_clock);
  ~PostgresLink();
  PostgresLink(const PostgresLink&) = delete;
  PostgresLink& operator=(const PostgresLink&) = delete;

  // Connects again and sets the session up; except for the migrator, a pipeline follows. Throws
  // LinkLost, or ConfigError when the server is not durable.
  Task<> open();
  void close();
  bool is_open() const { return connection_ != nullptr; }

  // The migrator's way: one or more statements without parameters; the results of all of them.
  // Throws LinkLost, or ConfigError with the server's message.
  Task<std::vector<StatementResult>> run_script(std::string sql, SteadyTime deadline);
  std::string quoted(std::string_view text) const;

  // The pipeline. Nothing waits; all of it is sent while results are awaited.
  void send_prepare(const std::string& name, const std::string& text);
  void send_execute(const std::string& name, const std::vector<Value>& params);
  void send_sync();
  // The next answer; null between the answers of two messages. Throws LinkLost.
  Task<PostgresAnswer> receive(SteadyTime deadline);

  // Resumes after wake() or `limit`. Throws LinkLost when the server hung up meanwhile.
  Task<> rest(Milliseconds limit);
  void wake() { wake_->notify(); }

 private:
  struct Disconnect {
    void operator()(pg_conn* connection) const;
  };
  // Of one socket; a wait that was given up may end after the link went on to another.
  struct Readiness {
    explicit Readiness(const Executor& executor) : socket(executor) {}
    asio::posix::stream_descriptor socket;
    bool readable = false;
    bool writable = false;
    bool awaits_read = false;
    bool awaits_write = false;
  };

  Task<> connect(SteadyTime deadline);
  Task<> set_up(SteadyTime deadline);
  void watch_socket();
  void await_readiness(bool to_read, bool to_write);
  // Waits until the socket can be read or written. Throws LinkLost at the deadline.
  Task<> wait_for_socket(bool to_read, bool to_write, SteadyTime deadline);
  [[noreturn]] void lose(const std::string& what);
  std::string last_error() const;

  Executor executor_;
  const PostgresSettings& settings_;
  Role role_;
  PostgresClock& server_clock_;
  SystemClock clock_;
  std::unique_ptr<pg_conn, Disconnect> connection_;
  std::shared_ptr<Readiness> readiness_;
  std::shared_ptr<Signal> wake_;
  std::vector<const char*> param_texts_;
  std::vector<std::string> numbers_;
};

}  // namespace ticketing::db
