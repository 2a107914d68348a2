#include "common/db/sqlite/sqlite_work.hpp"

#include <algorithm>
#include <cstdlib>

#include "common/base/log.hpp"

namespace ticketing::db {
namespace {

// A checkpoint costs an fsync and a write for each page that changed since the last one, and
// everybody waits meanwhile: little and often keeps that wait short.
constexpr std::int64_t idle_checkpoint_bytes = 1 << 20;
constexpr std::int64_t forced_checkpoint_bytes = 4 << 20;
// Readers that never end keep the log from beginning anew; at this size they are waited for.
constexpr std::int64_t restart_checkpoint_bytes = 64 << 20;

[[noreturn]] void end_process(const SqliteError& error) {
  log::error("the disk did not keep what it was given; ending the process",
             {{"error", error.what()}});
  std::abort();
}

void set_all(const std::vector<WaitingList*>& lists, Outcome::Kind kind,
             const std::string& reason) {
  for (WaitingList* list : lists) {
    list->outcome.kind = kind;
    list->outcome.reason = reason;
    list->outcome.results.clear();
  }
}

void run_statements(SqliteConnection& connection, WaitingList& list) {
  list.outcome.results.clear();
  list.outcome.results.reserve(list.statements.size());
  for (const Statement& statement : list.statements) {
    list.outcome.results.push_back(connection.run(statement));
  }
}

}  // namespace

struct SqliteWriter::Attempt {
  enum class End { committed, list_at_fault, some_list_at_fault, unavailable };
  End end = End::committed;
  std::size_t at_fault = 0;
  std::string reason;
};

SqliteWriter::Attempt SqliteWriter::try_together(const std::vector<WaitingList*>& lists) {
  using End = Attempt::End;
  std::size_t at = 0;
  try {
    connection_.begin_write();
    for (at = 0; at < lists.size(); ++at) run_statements(connection_, *lists[at]);
  } catch (const SqliteError& error) {
    if (error.is_failed_sync()) end_process(error);
    connection_.roll_back();
    const End end = error.is_programming_error() ? End::list_at_fault : End::unavailable;
    return {.end = end, .at_fault = at, .reason = error.what()};
  }
  try {
    connection_.commit();
  } catch (const SqliteError& error) {
    // Whatever is neither a deferred constraint nor a write that was refused leaves it open
    // whether the transaction is on the disk.
    if (!error.is_programming_error() && !error.is_refused_write()) end_process(error);
    connection_.roll_back();
    const End end = error.is_programming_error() ? End::some_list_at_fault : End::unavailable;
    return {.end = end, .reason = error.what()};
  }
  return {};
}

void SqliteWriter::run_together(std::vector<WaitingList*> lists) {
  while (!lists.empty()) {
    const Attempt attempt = try_together(lists);
    switch (attempt.end) {
      case Attempt::End::committed: return note_writable(true, "");
      case Attempt::End::unavailable:
        note_writable(false, attempt.reason);
        return set_all(lists, Outcome::Kind::unavailable, attempt.reason);
      case Attempt::End::list_at_fault: {
        const auto culprit = lists.begin() + static_cast<std::ptrdiff_t>(attempt.at_fault);
        set_all({*culprit}, Outcome::Kind::refused, attempt.reason);
        lists.erase(culprit);
        break;
      }
      case Attempt::End::some_list_at_fault:
        if (lists.size() == 1) return set_all(lists, Outcome::Kind::refused, attempt.reason);
        for (WaitingList* list : lists) run_together({list});
        return;
    }
  }
}

// Logged when it changes: a full disk meets every batch.
void SqliteWriter::note_writable(bool writable, const std::string& reason) {
  if (writable == writable_) return;
  writable_ = writable;
  if (writable) {
    log::info("the data file takes writes again");
  } else {
    log::warn("the data file takes no writes", {{"error", reason}});
  }
}

void SqliteWriter::run(WaitingLists& lists) noexcept {
  std::vector<WaitingList*> all;
  all.reserve(lists.size());
  for (WaitingList& list : lists) all.push_back(&list);
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
  // Held back by a reader or a full disk: not again at once.
  if (has_chores())
    bytes_before_next_try_ = connection_.wal_bytes_pending() + idle_checkpoint_bytes;
}

void SqliteReader::run(WaitingLists& lists) noexcept {
  // One snapshot for all saves the locks of each; it begins after everybody asked.
  bool together = lists.size() > 1;
  try {
    if (together) connection_.begin_read();
  } catch (const SqliteError&) {
    together = false;
  }
  for (WaitingList& list : lists) {
    try {
      run_statements(connection_, list);
    } catch (const SqliteError& error) {
      const auto kind =
          error.is_programming_error() ? Outcome::Kind::refused : Outcome::Kind::unavailable;
      set_all({&list}, kind, error.what());
    }
  }
  if (together) connection_.roll_back();
}

}  // namespace ticketing::db
