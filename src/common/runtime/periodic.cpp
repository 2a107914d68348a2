#include "common/runtime/periodic.hpp"

#include "common/base/log.hpp"

namespace ticketing::runtime {

Periodic::Periodic(Platform& platform, std::string what, Milliseconds interval)
    : executor_(platform.executor),
      what_(std::move(what)),
      interval_(interval),
      wake_(platform.executor),
      ended_(platform.executor) {}

void Periodic::start(std::function<Task<>()> round) {
  round_ = std::move(round);
  running_ = true;
  spawn(executor_, what_, run());
}

Task<> Periodic::run() {
  while (!stopping_) {
    try {
      co_await round_();
    } catch (const std::exception& error) {
      log::warn("round failed; it will be tried again", {{"what", what_}, {"error", error.what()}});
    }
    if (!stopping_) co_await wake_.wait_for(interval_);
  }
  running_ = false;
  ended_.notify();
}

Task<> Periodic::stop() {
  stopping_ = true;
  wake_.notify();
  while (running_) co_await ended_.wait_for(Milliseconds{1'000});
}

}  // namespace ticketing::runtime
