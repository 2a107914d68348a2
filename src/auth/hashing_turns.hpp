// Turns at hashing a password, in a fair order (turn_queue.hpp). A turn covers one attempt:
// counting it, hashing, and the commit of its result.
#pragma once

#include <memory>

#include "auth/turn_queue.hpp"
#include "common/async/task.hpp"

namespace ticketing::auth {

class HashingTurns {
 public:
  // `clock` outlives it.
  HashingTurns(const Executor& executor, const Clock& clock, TurnSettings settings = {});
  ~HashingTurns();
  HashingTurns(const HashingTurns&) = delete;
  HashingTurns& operator=(const HashingTurns&) = delete;

  struct State;
  // Passes to the next in line when it ends. May outlive the HashingTurns.
  class Turn {
   public:
    Turn() = default;
    Turn(std::shared_ptr<State> state, SteadyTime since)
        : state_(std::move(state)), since_(since) {}
    Turn(Turn&&) noexcept = default;
    Turn& operator=(Turn&&) = delete;
    ~Turn();

   private:
    std::shared_ptr<State> state_;
    SteadyTime since_;
  };

  // Waits for a turn. Throws Overloaded, at once where it can be foreseen, when that would take
  // longer than TurnSettings::wait_max.
  Task<Turn> take(limits::Caller caller);

 private:
  std::shared_ptr<State> state_;
};

}  // namespace ticketing::auth
