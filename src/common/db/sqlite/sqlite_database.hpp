// The database port on one SQLite file: WAL, synchronous=FULL, group commit. One connection does
// all writes and all checkpoints, another one all reads.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "common/async/task.hpp"
#include "common/db/database.hpp"
#include "common/db/migrations.hpp"

namespace ticketing::db {

struct SqliteSettings {
  // Where the blocking work is done: threads of the database's own, or the executor's thread, which
  // makes every run of a seeded simulation the same.
  enum class Execution { threads, inline_on_executor };

  std::string path;                // its folder must exist
  std::size_t queue_max = 20'000;  // waiting transactions; more are refused with Unavailable
  std::size_t batch_max = 512;     // transactions in one commit
  Execution execution = Execution::threads;
};

// Opens or creates the file and applies the migrations; blocks until done. Throws ConfigError when
// the file is in use by another process, cannot be made durable, has a changed migration or is
// newer than the program. `executor` is used by inline_on_executor only. Destroying the database
// commits what is queued; do so before the executor's context goes.
std::unique_ptr<Database> open_sqlite(const Executor& executor, SqliteSettings settings,
                                      const Migrations& migrations);

}  // namespace ticketing::db
