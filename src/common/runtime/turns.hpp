// Turns at something that takes long, a few at a time, in a fair order (limits/turn_queue.hpp).
#pragma once

#include <memory>
#include <string>

#include "common/async/task.hpp"
#include "common/limits/turn_queue.hpp"

namespace ticketing::runtime {

class Turns {
 public:
  // `clock` outlives it. `overload`: why a turn is refused.
  Turns(const Executor& executor, const Clock& clock, std::string overload,
        limits::TurnSettings settings = {});
  ~Turns();
  Turns(const Turns&) = delete;
  Turns& operator=(const Turns&) = delete;

  struct State;
  // Passes to the next in line when it ends. May outlive the Turns.
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
  // longer than `wait_max`.
  Task<Turn> take(limits::Caller caller);

 private:
  std::shared_ptr<State> state_;
};

}  // namespace ticketing::runtime
