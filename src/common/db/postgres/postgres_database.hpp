// The database port on PostgreSQL: libpq in pipeline mode, group commit, reads on connections of
// their own. One thread does all input and output and blocks on none of it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "common/async/task.hpp"
#include "common/base/clock.hpp"
#include "common/db/database.hpp"
#include "common/db/migrations.hpp"

namespace ticketing::db {

struct PostgresSettings {
  std::string url;  // postgresql://user:password@host:port/database?options
  std::size_t write_connections = 2;
  std::size_t read_connections = 2;
  std::size_t queue_max = 20'000;  // waiting transactions, and waiting reads; more are Unavailable
  std::size_t batch_max = 512;     // transactions in one commit
  Milliseconds connect_timeout{3'000};
  // The waits in the queue and for the answer are below 3 s together for any fault of the server.
  Milliseconds queue_timeout{1'000};
  Milliseconds answer_timeout{1'800};
  // The server's own limits, below answer_timeout; deadlocks are looked for after 1 s.
  Milliseconds statement_timeout{1'500};
  Milliseconds lock_timeout{1'300};
  // Serves in spite of fsync, full_page_writes or synchronous_commit being off.
  bool accept_unsafe_durability = false;
};

// Connects and applies the migrations; blocks until done. A server that is away is waited for in
// the background: until it comes everything is Unavailable and is_ready() false. Throws ConfigError
// when the URL cannot be read, the server is there and not durable, a migration was changed or the
// database is newer than the program. Destroying the database commits what is queued; do so before
// the executors of its callers go. `executor` is not used: the port's other adapter has it.
std::unique_ptr<Database> open_postgres(const Executor& executor, PostgresSettings settings,
                                        const Migrations& migrations);

}  // namespace ticketing::db
