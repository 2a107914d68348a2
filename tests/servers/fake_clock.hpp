// For tests: a wall clock that is wrong, for programs that are started with its environment
// (libfaketime). It can be set while they run. Their steady clock is the true one.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>

namespace ticketing::servers {

class FakeClock {
 public:
  // Right at first. Throws std::runtime_error that names the Debian package where it is missing.
  FakeClock();
  ~FakeClock();
  FakeClock(const FakeClock&) = delete;
  FakeClock& operator=(const FakeClock&) = delete;

  // From now on so far ahead of the true time, or behind it.
  void set_ahead(std::chrono::seconds by);
  // The environment with which a program uses it.
  const std::map<std::string, std::string>& environment() const { return environment_; }

 private:
  std::filesystem::path folder_;
  std::map<std::string, std::string> environment_;
};

}  // namespace ticketing::servers
