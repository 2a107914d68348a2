// A copy made from events lags a little behind its owner. Somebody who names a thing that was made
// a moment ago is worth a short wait before the answer is "there is none".
#pragma once

#include <algorithm>
#include <string>

#include "common/base/id.hpp"
#include "common/runtime/platform.hpp"

namespace ticketing::runtime {

inline constexpr Milliseconds copy_lag_max{3'000};

// Calls `read` until its result is there; gives up at once unless `id` was made less than
// `copy_lag_max` ago. `read` is a callable that returns Task<T>, T convertible to bool.
template <class Read>
auto await_copy(Platform& platform, const std::string& id, Read read) -> decltype(read()) {
  Milliseconds pause{5};
  for (;;) {
    auto found = co_await read();
    if (found) co_return found;
    const auto made = time_of_id(id);
    const Timestamp now = platform.clock.now();
    if (!made || now - *made > copy_lag_max || *made - now > copy_lag_max) co_return found;
    co_await platform.timers.sleep_for(pause);
    pause = std::min(pause * 2, Milliseconds{100});
  }
}

}  // namespace ticketing::runtime
