#include "common/runtime/turns.hpp"

#include <boost/asio/post.hpp>

#include "common/base/exceptions.hpp"

namespace ticketing::runtime {

struct Turns::State {
  State(Executor used, const Clock& time, std::string why, limits::TurnSettings settings)
      : executor(std::move(used)),
        clock(time),
        overload(std::move(why)),
        free(settings.at_once),
        queue(settings) {}

  void give_to_next();

  Executor executor;
  const Clock& clock;
  const std::string overload;
  std::size_t free;
  limits::TurnQueue<Resume<bool>> queue;
  bool is_over = false;
};

void Turns::State::give_to_next() {
  while (auto next = queue.next(clock.steady_now())) {
    const bool given = !next->too_late;
    // Posted, because the holder that releases its turn is still running.
    asio::post(executor, [waiter = std::move(next->waiter), given]() mutable { waiter(given); });
    if (given) return;
  }
  ++free;
}

Turns::Turns(const Executor& executor, const Clock& clock, std::string overload,
             limits::TurnSettings settings)
    : state_(std::make_shared<State>(executor, clock, std::move(overload), settings)) {}

Turns::~Turns() {
  state_->is_over = true;
  // Those that wait keep the state alive, and it keeps them: they are dropped here.
  while (state_->queue.next(state_->clock.steady_now())) continue;
}

Turns::Turn::~Turn() {
  if (!state_ || state_->is_over) return;
  const auto time = state_->clock.steady_now() - since_;
  state_->queue.took(std::chrono::duration_cast<Milliseconds>(time));
  state_->give_to_next();
}

Task<Turns::Turn> Turns::take(limits::Caller caller) {
  const auto state = state_;
  if (state->free > 0) {
    --state->free;
    co_return Turn(state, state->clock.steady_now());
  }
  const bool given = co_await suspend<bool>(state->executor, [&](Resume<bool> resume) {
    if (state->queue.offer(caller, resume, state->clock.steady_now())) return;
    asio::post(state->executor, [resume = std::move(resume)]() mutable { resume(false); });
  });
  if (!given) throw Overloaded(state->overload);
  co_return Turn(state, state->clock.steady_now());
}

}  // namespace ticketing::runtime
