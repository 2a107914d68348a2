// The server's wall clock as this process estimates it: read every few seconds, advanced by the
// steady clock in between. Replicas of one server agree about the time even if their clocks differ.
#pragma once

#include <mutex>

#include "common/base/clock.hpp"

namespace ticketing::db {

class PostgresClock {
 public:
  // The server read `server_time` at some moment between the two.
  void observe(Timestamp server_time, SteadyTime asked, SteadyTime answered);
  // How far it is ahead of `clock`; zero before the first look. From any thread.
  Milliseconds ahead_of(const Clock& clock) const;

 private:
  // Server time less steady time lies in between; each look narrows it.
  std::chrono::nanoseconds earliest_{}, latest_{};
  bool is_known_ = false;
  mutable std::mutex mutex_;
};

}  // namespace ticketing::db
