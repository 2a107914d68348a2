// Something done again and again in the background: a sweep, a measurement.
#pragma once

#include <functional>
#include <string>

#include "common/async/signal.hpp"
#include "common/runtime/platform.hpp"

namespace ticketing::runtime {

class Periodic {
 public:
  // `what` names it in the log. Between two rounds passes at most `interval`.
  Periodic(Platform& platform, std::string what, Milliseconds interval);

  // A round that throws is logged and tried again at the next interval.
  void start(std::function<Task<>()> round);
  // The next round begins at once.
  void wake() { wake_.notify(); }
  // Resumes when the round that runs has ended.
  Task<> stop();
  // A long round should end early.
  bool is_stopping() const { return stopping_; }

 private:
  Task<> run();

  Executor executor_;
  std::string what_;
  Milliseconds interval_;
  std::function<Task<>()> round_;
  Signal wake_;
  Signal ended_;
  bool running_ = false;
  bool stopping_ = false;
};

}  // namespace ticketing::runtime
