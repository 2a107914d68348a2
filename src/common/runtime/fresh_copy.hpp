// A copy made from events is a little behind its owner. A request for something that was created a
// moment ago waits briefly for its event. Any caller can make up an id that looks new, so waits are
// limited.
#pragma once

#include <string>

#include "common/base/backoff.hpp"
#include "common/base/error.hpp"
#include "common/base/exceptions.hpp"
#include "common/base/id.hpp"
#include "common/limits/shares.hpp"
#include "common/runtime/platform.hpp"

namespace ticketing::runtime {

inline constexpr Milliseconds copy_wait_max{3'000};
// The interval of checks, here and in other requests that wait for an event.
inline constexpr Backoff look_backoff{.shortest = Milliseconds{5}, .longest = Milliseconds{100}};
// The event of a thing made longer ago than this has come, unless no events come at all.
inline constexpr std::chrono::minutes copy_lag_max{1};

class FreshCopies {
 public:
  explicit FreshCopies(Platform& platform)
      : platform_(platform), waits_(platform.limits.fresh_waits) {}

  // Calls `read` until its result is there. Gives up when `id` was made more than `copy_wait_max`
  // ago, and at once when too many requests wait. Throws Unavailable when no events come, so that
  // the thing may exist all the same. `read` is a callable that returns Task<T>, T convertible to
  // bool.
  template <class Read>
  auto find(std::string id, std::string user_id, Read read) -> decltype(read()) {
    auto found = co_await read();
    limits::Shares::Hold wait;
    for (Milliseconds pause = look_backoff.shortest; !found; pause = look_backoff.next(pause)) {
      const auto made = time_of_id(id);
      if (made && !is_young(*made, copy_wait_max)) {
        if (!platform_.bus.is_ready()) {
          throw Unavailable("its event may still be on the way");
        }
        break;
      }
      if (!made || !may_wait(wait, user_id)) break;
      co_await platform_.timers.sleep_for(pause);
      found = co_await read();
    }
    co_return found;
  }

  // "There is none", with the advice to ask again when the event of `id` may still be on its way.
  Error not_found(Error error, const std::string& id) const {
    const auto made = time_of_id(id);
    if (made && is_young(*made, copy_lag_max)) error.retry_after = std::chrono::seconds{1};
    return error;
  }

 private:
  bool is_young(Timestamp made, Milliseconds age_max) const {
    const Milliseconds age = platform_.clock.now() - made;
    return age <= age_max && age >= -copy_wait_max;
  }
  bool may_wait(limits::Shares::Hold& wait, const std::string& user_id) {
    return wait.amount() > 0 ||
           waits_.take(wait, {.user = limits::Caller::user(user_id)}) == limits::Full::no;
  }

  Platform& platform_;
  limits::Shares waits_;
};

}  // namespace ticketing::runtime
