// How long to pause before the next attempt at something that failed. Pure arithmetic: the caller
// counts the failures, or keeps the last pause, and does the waiting.
#pragma once

#include <algorithm>
#include <cstdint>

#include "common/base/clock.hpp"
#include "common/base/random.hpp"

namespace ticketing {

struct Backoff {
  enum class Growth {
    doubling,  // shortest, 2 × shortest, 4 × shortest …
    linear,    // shortest, 2 × shortest, 3 × shortest …
  };

  Milliseconds shortest;  // more than zero
  Milliseconds longest;   // not less than `shortest`
  Growth growth = Growth::doubling;

  // The pause after the `failures`-th failure in a row, counted from 1.
  constexpr Milliseconds after(std::int64_t failures) const {
    const std::int64_t steps = std::max<std::int64_t>(failures, 1);
    const std::int64_t steps_to_longest = longest / shortest + 1;
    if (growth == Growth::linear)
      return std::min(shortest * std::min(steps, steps_to_longest), longest);
    Milliseconds pause = shortest;
    for (std::int64_t i = 1; i < steps && pause < longest; ++i) pause *= 2;
    return std::min(pause, longest);
  }

  // The pause that follows `last`, for a caller that keeps the pause and not the count. Doubles;
  // zero stands for "no failure yet".
  constexpr Milliseconds next(Milliseconds last) const {
    return std::clamp(last * 2, shortest, longest);
  }

  // The pause for something that has been failing for `age`: as long again, within the bounds.
  // Needs no count, so nothing has to be stored.
  constexpr Milliseconds for_age(Milliseconds age) const {
    return std::clamp(age, shortest, longest);
  }

  // All pauses after `failures` failures, one after another: how long the attempts go on.
  constexpr Milliseconds total(std::int64_t failures) const {
    Milliseconds sum{0};
    for (std::int64_t i = 1; i <= failures; ++i) sum += after(i);
    return sum;
  }
};

// Jitter: callers that failed at the same time should not retry at the same time.
// Uniform between half of `pause` and all of it: it keeps most of the pause.
inline Milliseconds half_to_whole(Milliseconds pause, Random& random) {
  const auto half = static_cast<std::uint64_t>(pause.count() / 2);
  return pause - Milliseconds{static_cast<std::int64_t>(random.below(half + 1))};
}
// Uniform between 1 ms and `pause`, which is at least that: it spreads callers the most.
inline Milliseconds up_to(Milliseconds pause, Random& random) {
  return Milliseconds{
      1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(pause.count())))};
}

}  // namespace ticketing
