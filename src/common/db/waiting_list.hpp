// A list of statements with the coroutine that waits for it, and what came of it.
#pragma once

#include <string>
#include <vector>

#include "common/async/task.hpp"
#include "common/db/database.hpp"

namespace ticketing::db {

// Made on the thread of the connection, told to the caller on the caller's own.
struct Outcome {
  enum class Kind { done, refused, unavailable, unknown };

  Kind kind = Kind::done;
  std::string reason;
  std::vector<StatementResult> results;

  // The results, or throws std::logic_error (refused), Unavailable or OutcomeUnknown.
  std::vector<StatementResult> take() &&;
};

struct WaitingList {
  std::vector<Statement> statements;
  SteadyTime due;  // served at once from then on, together with everybody who waits
  Resume<Outcome> resume;
  Outcome outcome;
};

using WaitingLists = std::vector<WaitingList>;

// Wakes everybody with their outcome: one post for each executor among them.
void deliver(WaitingLists lists);

}  // namespace ticketing::db
