// Who meets a token of a key that nobody knows yet waits here while the keys are fetched. However
// many such tokens come, made up ones among them, there is one fetch for all, and rarely.
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
