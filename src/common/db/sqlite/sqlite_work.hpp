// What is done with the lists that wait at the same time: the writer commits them together, the
// reader reads them from one snapshot. Blocks; says nothing about whose thread it is on.
#pragma once

#include "common/db/sqlite/sqlite_connection.hpp"
#include "common/db/waiting_list.hpp"

namespace ticketing::db {

class SqliteWork {
 public:
  virtual ~SqliteWork() = default;
  // Fills in every outcome. Ends the process when the disk may have lost what it had confirmed.
  virtual void run(WaitingLists& lists) noexcept = 0;
  // Chores between batches; `idle` when nobody waits. Called again and again while has_chores().
  virtual bool has_chores() const { return false; }
  virtual void do_chores(bool idle) noexcept { static_cast<void>(idle); }
};

// Group commit: all lists in one transaction, one fsync. A list at fault is taken out and the
// others go again without it.
class SqliteWriter final : public SqliteWork {
 public:
  explicit SqliteWriter(SqliteConnection& connection) : connection_(connection) {}

  void run(WaitingLists& lists) noexcept override;
  bool has_chores() const override;
  void do_chores(bool idle) noexcept override;

 private:
  struct Attempt;
  Attempt try_together(const std::vector<WaitingList*>& lists);
  void run_together(std::vector<WaitingList*> lists);
  void note_writable(bool writable, const std::string& reason);
  void checkpoint(SqliteConnection::Checkpoint mode);

  SqliteConnection& connection_;
  std::int64_t bytes_before_next_try_ = 0;  // after a checkpoint that failed
  bool writable_ = true;
};

class SqliteReader final : public SqliteWork {
 public:
  explicit SqliteReader(SqliteConnection& connection) : connection_(connection) {}

  void run(WaitingLists& lists) noexcept override;

 private:
  SqliteConnection& connection_;
};

}  // namespace ticketing::db
