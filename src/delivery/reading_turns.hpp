// Turns at having a file read: two at a time, addresses one after another, and a few for each
// sender. So a sender of many files, or of files that take long, delays itself.
#pragma once

#include <memory>
#include <string>

#include "common/base/error.hpp"
#include "common/limits/shares.hpp"
#include "common/runtime/turns.hpp"

namespace ticketing::delivery {

// Who sends a file.
struct Sender {
  std::string user_id;
  std::string address = {};  // empty: it is not known
};

class ReadingTurns {
 public:
  // `clock` outlives it.
  ReadingTurns(const Executor& executor, const Clock& clock);

  // Given back when it ends. May outlive the ReadingTurns.
  struct Turn {
    std::shared_ptr<limits::Shares> places;
    limits::Shares::Hold place;  // of them
    runtime::Turns::Turn turn;
  };
  // Waits for a turn. Refuses with `too_many_requests`, at once, the sender who has too many.
  // Throws Overloaded when it would take too long.
  Task<Result<Turn>> take(Sender sender);

 private:
  const std::shared_ptr<limits::Shares> places_;
  runtime::Turns turns_;
};

}  // namespace ticketing::delivery
