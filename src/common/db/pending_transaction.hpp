// A transaction in an adapter's queue: its statements, the coroutine to resume, the outcome.
#pragma once

#include <string>
#include <vector>

#include "common/async/task.hpp"
#include "common/db/database.hpp"

namespace ticketing::db {

// Written on the connection's thread, read on the caller's executor.
struct Outcome {
  enum class Kind { done, refused, unavailable, unknown };

  Kind kind = Kind::done;
  std::string reason;
  std::vector<StatementResult> results;

  // The results, or throws std::logic_error (refused), Unavailable or OutcomeUnknown.
  std::vector<StatementResult> take() &&;
};

struct PendingTransaction {
  std::vector<Statement> statements;
  SteadyTime due;  // the latest start; a batch that starts earlier takes it along
  Resume<Outcome> resume;
  Outcome outcome;
};

using PendingTransactions = std::vector<PendingTransaction>;

// Resumes each waiting coroutine with its outcome, with one post per executor.
void deliver(PendingTransactions transactions);

}  // namespace ticketing::db
