// Requests with a token of an unknown key wait here while the keys are fetched. There is one fetch
// for all of them, at a limited rate, also for forged tokens.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "common/async/task.hpp"
#include "common/base/clock.hpp"

namespace ticketing::identity {

inline constexpr std::chrono::seconds key_request_interval{5};

// One thread only.
class KeyRequests {
 public:
  // `fetch` begins a fetch and does not wait for it.
  KeyRequests(const Executor& executor, const Clock& clock, std::function<void()> fetch)
      : executor_(executor), clock_(clock), fetch_(std::move(fetch)) {}

  // Resumes after a fetch; at once when there was a request not long ago.
  Task<> ask();
  // One has ended, well or not.
  void fetched();

 private:
  Executor executor_;
  const Clock& clock_;
  std::function<void()> fetch_;
  std::optional<SteadyTime> asked_;
  std::vector<Resume<bool>> waiting_;
};

}  // namespace ticketing::identity
