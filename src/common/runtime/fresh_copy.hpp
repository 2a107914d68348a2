// A copy made from events lags a little behind its owner. Somebody who names a thing that was made
// a moment ago is worth a short wait; and while its event may still come, "there is none" would be
// a guess.
#pragma once

#include <string>

#include "common/base/backoff.hpp"
#include "common/base/exceptions.hpp"
#include "common/base/id.hpp"
#include "common/runtime/platform.hpp"

namespace ticketing::runtime {

inline constexpr Milliseconds copy_wait_max{3'000};
// Of an id younger than this it is not known whether its event is still to come. When no event
// comes at all, that is so for every id.
inline constexpr std::chrono::minutes copy_lag_max{1};

// Calls `read` until its result is there; gives up unless `id` was made less than `copy_wait_max`
// ago. Throws Unavailable when the thing may exist all the same. `read` is a callable that returns
// Task<T>, T convertible to bool.
template <class Read>
auto await_copy(Platform& platform, const std::string& id, Read read) -> decltype(read()) {
  constexpr Backoff backoff{.shortest = Milliseconds{5}, .longest = Milliseconds{100}};
  for (Milliseconds pause = backoff.shortest;; pause = backoff.next(pause)) {
    auto found = co_await read();
    if (found) co_return found;
    const auto made = time_of_id(id);
    const Milliseconds age = made ? platform.clock.now() - *made : Milliseconds::max();
    if (age > copy_wait_max || age < -copy_wait_max) {
      const bool is_late = age >= -copy_wait_max && age < copy_lag_max;
      if (is_late || (made && !platform.bus.is_ready())) {
        throw Unavailable("the event that tells of it may still come");
      }
      co_return found;
    }
    co_await platform.timers.sleep_for(pause);
  }
}

}  // namespace ticketing::runtime
