#include "common/identity/key_requests.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace ticketing::identity {

Task<> KeyRequests::ask() {
  const SteadyTime now = clock_.steady_now();
  const bool is_time = !asked_ || now - *asked_ >= key_request_interval;
  if (!is_time && waiting_.empty()) co_return;
  if (is_time) {
    asked_ = now;
    fetch_();
  }
  co_await suspend<bool>(executor_,
                         [this](Resume<bool> resume) { waiting_.push_back(std::move(resume)); });
}

void KeyRequests::fetched() {
  for (Resume<bool>& resume : std::exchange(waiting_, {})) {
    asio::post(executor_, [resume = std::move(resume)]() mutable { resume(true); });
  }
}

}  // namespace ticketing::identity
