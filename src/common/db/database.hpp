// The database port. A transaction is a list of statements sent in one go, not a conversation:
// each statement carries its own conditions, so a lost race is an empty result, not an exception
// (docs/decisions/0001). One SQL text runs on every adapter.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "common/async/task.hpp"
#include "common/base/clock.hpp"
#include "common/base/exceptions.hpp"
#include "common/db/row.hpp"

namespace ticketing::db {

struct Statement;

// A named SQL text with $1 … $n parameters. Lives as long as the program: adapters keep prepared
// statements under its address. Calling it binds the parameters.
class Sql {
 public:
  Sql(std::string name, std::string text) : Sql(std::move(name), std::move(text), nullptr) {}
  // `shape` is what its rows consist of; see Columns (common/db/columns.hpp).
  Sql(std::string name, std::string text, const RowShape& shape)
      : Sql(std::move(name), std::move(text), &shape) {}
  ~Sql() {
    const Every every = lock_every();
    every.all.erase(this);
  }
  Sql(const Sql&) = delete;
  Sql& operator=(const Sql&) = delete;

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }
  template <class... Args>
  Statement operator()(Args&&... args) const;

  // The shape of its rows, for adapters: null until the first row has shown the columns.
  const RowShape* shape() const { return checked_.load(std::memory_order_acquire); }
  // The columns that a database names. Others than those of the declared shape are a programming
  // error.
  const RowShape& check_columns(std::vector<std::string> columns) const;
  // Those that were declared; null when none were.
  const RowShape* declared_shape() const { return declared_; }

  // All that exist now, for the test that tries each of them on every adapter.
  static std::set<const Sql*> every() { return lock_every().all; }

 private:
  Sql(std::string name, std::string text, const RowShape* declared)
      : name_(std::move(name)), text_(std::move(text)), declared_(declared) {
    const Every every = lock_every();
    every.all.insert(this);
  }

  struct Every {
    std::unique_lock<std::mutex> lock;
    std::set<const Sql*>& all;
  };
  static Every lock_every() {
    static std::mutex mutex;
    static std::set<const Sql*> all;
    return {.lock = std::unique_lock(mutex), .all = all};
  }

  std::string name_;
  std::string text_;
  const RowShape* declared_;
  mutable std::atomic<const RowShape*> checked_ = nullptr;
};

struct Statement {
  const Sql* sql;
  std::vector<Value> params;
};
void append(std::vector<Statement>& statements, std::vector<Statement> more);

template <class... Args>
Statement Sql::operator()(Args&&... args) const {
  Statement statement{.sql = this, .params = {}};
  statement.params.reserve(sizeof...(args));
  (statement.params.push_back(to_value(std::forward<Args>(args))), ...);
  return statement;
}

// What one statement did: the rows it returned (SELECT, RETURNING) and how many it changed.
struct StatementResult {
  std::vector<Row> rows;
  std::int64_t affected = 0;

  bool empty() const { return rows.empty(); }
  const Row* first() const { return rows.empty() ? nullptr : &rows.front(); }
};

// Statements that take effect together or not at all.
struct Transaction {
  // The key that concurrent transactions compete for (a topic's id). Adapters that run several
  // transactions at once order them by it, which keeps replicas from deadlocking.
  std::string contends_for;
  std::vector<Statement> statements;
  // How long it may wait to be committed in one batch with others: zero when a client waits.
  Milliseconds batch_delay{0};
  // It is committed in no batch with others, because it locks rows of several keys, which no order
  // of a batch could suit. Among each other such transactions lock them in one order.
  bool is_alone = false;
};

// Extra batching delay for writes that no client waits for (event listeners, outbox marks): fewer
// commits for the whole process.
inline constexpr Milliseconds background_batch_delay{2};

class Database {
 public:
  virtual ~Database() = default;

  // Resumes when the transaction is durable, with one result per statement. Throws Unavailable
  // (nothing happened: queue full, disk full, server away) or OutcomeUnknown (the connection was
  // lost during COMMIT: read again). A statement that violates a constraint or is malformed is a
  // programming error and throws std::logic_error; nothing of its transaction happened.
  virtual Task<std::vector<StatementResult>> commit(Transaction transaction) = 0;

  // Reads what is committed. Throws Unavailable.
  virtual Task<StatementResult> query(Statement statement) = 0;

  // How far the database server's clock, which all its users share, is ahead of the system's. Zero
  // when the database is a file of this process.
  virtual Milliseconds clock_lead() const { return Milliseconds{0}; }

  // Whether queries work and commits are expected to, for /readyz. Never throws.
  virtual Task<bool> is_ready() = 0;
};

}  // namespace ticketing::db
