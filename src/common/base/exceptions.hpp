// Failures of the environment, which no caller causes. Caught in three places only: the HTTP
// session, a listener, main.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>

namespace ticketing {

// Something this process needs cannot be reached or is full; nothing was changed. HTTP says 503.
class Unavailable : public std::runtime_error {
 public:
  explicit Unavailable(const std::string& what,
                       std::chrono::seconds retry_after = std::chrono::seconds{1})
      : std::runtime_error(what), retry_after_(retry_after) {}
  std::chrono::seconds retry_after() const noexcept { return retry_after_; }

 private:
  std::chrono::seconds retry_after_;
};

// Refused because too much was asked at once: callers caused it, nothing failed. The log counts
// these instead of one line for each.
class Overloaded : public Unavailable {
 public:
  using Unavailable::Unavailable;
};

// The change may or may not have happened: read again before you report a result.
class OutcomeUnknown : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Configuration that cannot be used; main prints it and exits with 2.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace ticketing
