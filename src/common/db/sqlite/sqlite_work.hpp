// Runs a batch of transactions: the writer commits them together, the reader reads them from one
// snapshot. Calls block; any thread may make them, one at a time.
#pragma once

#include <atomic>
#include <cstdint>

#include "common/db/pending_transaction.hpp"
#include "common/db/sqlite/sqlite_connection.hpp"

namespace ticketing::db {

class SqliteWork {
 public:
  virtual ~SqliteWork() = default;
  // Fills in every outcome. Ends the process when the disk may have lost what it had confirmed.
  virtual void run(PendingTransactions& transactions) noexcept = 0;
  // Maintenance between batches; `idle` when the queue is empty. Called while has_chores().
  virtual bool has_chores() const { return false; }
  virtual void do_chores(bool idle) noexcept { static_cast<void>(idle); }
};

// Group commit: one SQLite transaction and one fsync for the whole batch. A transaction that fails
// is removed, and the rest of the batch is run again.
class SqliteWriter final : public SqliteWork {
 public:
  explicit SqliteWriter(SqliteConnection& connection) : connection_(connection) {}

  void run(PendingTransactions& transactions) noexcept override;
  bool has_chores() const override;
  void do_chores(bool idle) noexcept override;

  // Any thread may call it. Rises when readers can see a batch, and before its outcome is known.
  std::uint64_t commits() const { return commits_.load(std::memory_order_acquire); }

 private:
  struct Attempt;
  Attempt try_together(const std::vector<PendingTransaction*>& transactions);
  void run_together(std::vector<PendingTransaction*> transactions);
  void note_writable(bool writable, const std::string& reason);
  void checkpoint(SqliteConnection::Checkpoint mode);

  SqliteConnection& connection_;
  std::int64_t bytes_before_next_try_ = 0;  // after a checkpoint that failed
  bool writable_ = true;
  std::atomic<std::uint64_t> commits_ = 0;
};

class SqliteReader final : public SqliteWork {
 public:
  explicit SqliteReader(SqliteConnection& connection) : connection_(connection) {}

  void run(PendingTransactions& transactions) noexcept override;

 private:
  SqliteConnection& connection_;
};

}  // namespace ticketing::db
