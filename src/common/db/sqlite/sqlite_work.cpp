#include "common/db/sqlite/sqlite_work.hpp"

#include <algorithm>
#include <cstdlib>

#include "common/base/log.hpp"

namespace ticketing::db {
namespace {

// A checkpoint costs an fsync and a write for each changed page, and blocks all writes meanwhile:
// small and frequent checkpoints keep that wait short.
constexpr std::int64_t idle_checkpoint_bytes = 1 << 20;
constexpr std::int64_t forced_checkpoint_bytes = 4 << 20;
// Long reads keep the write-ahead log from starting again at its beginning. At this size the
// checkpoint waits for them.
constexpr std::int64_t restart_checkpoint_bytes = 64 << 20;

[[noreturn]] void end_process(const SqliteError& error) {
  log::error("the disk may have lost data that it had confirmed; the process ends",
             {{"error", error.what()}});
  std::abort();
}

void set_all(const std::vector<PendingTransaction*>& transactions, Outcome::Kind kind,
             const std::string& reason) {
  for (PendingTransaction* transaction : transactions) {
    transaction->outcome.kind = kind;
    transaction->outcome.reason = reason;
    transaction->outcome.results.clear();
  }
}

void run_statements(SqliteConnection& connection, PendingTransaction& transaction) {
  transaction.outcome.results.clear();
  transaction.outcome.results.reserve(transaction.statements.size());
  for (const Statement& statement : transaction.statements) {
    transaction.outcome.results.push_back(connection.run(statement));
  }
}

}  // namespace

struct SqliteWriter::Attempt {
  enum class End { committed, transaction_at_fault, some_transaction_at_fault, unavailable };
  End end = End::committed;
  std::size_t at_fault = 0;
  std::string reason;
};

SqliteWriter::Attempt SqliteWriter::try_together(
    const std::vector<PendingTransaction*>& transactions) {
  using End = Attempt::End;
  std::size_t at = 0;
  try {
    connection_.begin_write();
    for (at = 0; at < transactions.size(); ++at) run_statements(connection_, *transactions[at]);
  } catch (const SqliteError& error) {
    if (error.is_failed_sync()) end_process(error);
    connection_.roll_back();
    const End end = error.is_programming_error() ? End::transaction_at_fault : End::unavailable;
    return {.end = end, .at_fault = at, .reason = error.what()};
  }
  try {
    connection_.commit();
  } catch (const SqliteError& error) {
    // After any other error than a deferred constraint or a refused write, the transaction may or
    // may not be on the disk.
    if (!error.is_programming_error() && !error.is_refused_write()) end_process(error);
    connection_.roll_back();
    const End end =
        error.is_programming_error() ? End::some_transaction_at_fault : End::unavailable;
    return {.end = end, .reason = error.what()};
  }
  commits_.fetch_add(1, std::memory_order_release);
  return {};
}

void SqliteWriter::run_together(std::vector<PendingTransaction*> transactions) {
  while (!transactions.empty()) {
    const Attempt attempt = try_together(transactions);
    switch (attempt.end) {
      case Attempt::End::committed: return note_writable(true, "");
      case Attempt::End::unavailable:
        note_writable(false, attempt.reason);
        return set_all(transactions, Outcome::Kind::unavailable, attempt.reason);
      case Attempt::End::transaction_at_fault: {
        const auto failed = transactions.begin() + static_cast<std::ptrdiff_t>(attempt.at_fault);
        set_all({*failed}, Outcome::Kind::refused, attempt.reason);
        transactions.erase(failed);
        break;
      }
      case Attempt::End::some_transaction_at_fault:
        if (transactions.size() == 1)
          return set_all(transactions, Outcome::Kind::refused, attempt.reason);
        for (PendingTransaction* transaction : transactions) run_together({transaction});
        return;
    }
  }
}

// Logs changes only: a full disk fails every batch.
void SqliteWriter::note_writable(bool writable, const std::string& reason) {
  if (writable == writable_) return;
  writable_ = writable;
  if (writable) {
    log::info("the data file is writable again");
  } else {
    log::warn("the data file is not writable", {{"error", reason}});
  }
}

void SqliteWriter::run(PendingTransactions& transactions) noexcept {
  std::vector<PendingTransaction*> all;
  all.reserve(transactions.size());
  for (PendingTransaction& transaction : transactions) all.push_back(&transaction);
  run_together(std::move(all));
}

bool SqliteWriter::has_chores() const {
  return connection_.wal_bytes_pending() >= std::max(idle_checkpoint_bytes, bytes_before_next_try_);
}

void SqliteWriter::do_chores(bool idle) noexcept {
  if (!has_chores()) return;
  if (connection_.wal_bytes_total() >= restart_checkpoint_bytes) {
    checkpoint(SqliteConnection::Checkpoint::restart);
  } else if (idle || connection_.wal_bytes_pending() >= forced_checkpoint_bytes) {
    checkpoint(SqliteConnection::Checkpoint::passive);
  }
}

void SqliteWriter::checkpoint(SqliteConnection::Checkpoint mode) {
  bytes_before_next_try_ = 0;
  try {
    connection_.checkpoint(mode);
  } catch (const SqliteError& error) {
    if (error.is_failed_sync()) end_process(error);
    log::warn("checkpoint failed; the log grows until the next one", {{"error", error.what()}});
  }
  // A reader or a full disk stopped it: do not try again at once.
  if (has_chores())
    bytes_before_next_try_ = connection_.wal_bytes_pending() + idle_checkpoint_bytes;
}

void SqliteReader::run(PendingTransactions& transactions) noexcept {
  // One snapshot for the batch takes the locks once. It starts after the last query arrived.
  bool together = transactions.size() > 1;
  try {
    if (together) connection_.begin_read();
  } catch (const SqliteError&) {
    together = false;
  }
  for (PendingTransaction& transaction : transactions) {
    try {
      run_statements(connection_, transaction);
    } catch (const SqliteError& error) {
      const auto kind =
          error.is_programming_error() ? Outcome::Kind::refused : Outcome::Kind::unavailable;
      set_all({&transaction}, kind, error.what());
    }
  }
  if (together) connection_.roll_back();
}

}  // namespace ticketing::db
