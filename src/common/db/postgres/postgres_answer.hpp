// The server's answer to one statement, in the port's terms: rows, or the kind of a failure.
// Handles SQLSTATEs and column types; independent of a connection.
#pragma once

#include <memory>
#include <string>

#include "common/db/database.hpp"

struct pg_result;

namespace ticketing::db {

struct FreeAnswer {
  void operator()(pg_result* answer) const;
};
using PostgresAnswer = std::unique_ptr<pg_result, FreeAnswer>;

// Whole numbers of any width, numeric among them, come out as integers, booleans as 0 or 1,
// everything else as text. `affected` counts changes only, as on every adapter.
// `sql` is the statement; null for what is sent as a script.
StatementResult decode_answer(const pg_result& answer, const Sql* sql = nullptr);

struct PostgresFault {
  enum class Kind {
    refused,      // the statement itself is wrong
    contention,   // deadlock, serialization, lock time-out: try again
    not_unique,   // a row with this key, perhaps one that the statement could not see yet
    unavailable,  // the server could not run it now
    disk_full,    // fails until disk space is freed
    link_stale    // not on this connection; a new one may
  };
  Kind kind = Kind::unavailable;
  std::string reason;  // names the statement and the SQLSTATE, never a value
};

PostgresFault fault_of(const pg_result& answer, const std::string& statement_name);

}  // namespace ticketing::db
