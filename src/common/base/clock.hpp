// Time as a port: no code reads the system's clock directly, so a simulation can provide its own
// time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ticketing {

using Milliseconds = std::chrono::milliseconds;
using Timestamp = std::chrono::sys_time<Milliseconds>;     // wall clock, UTC
using SteadyTime = std::chrono::steady_clock::time_point;  // for durations only

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
  virtual SteadyTime steady_now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override {
    return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
  }
  SteadyTime steady_now() const override { return std::chrono::steady_clock::now(); }
};

// Milliseconds since 1970, the form in which every table stores time.
constexpr std::int64_t to_millis(Timestamp t) { return t.time_since_epoch().count(); }
constexpr Timestamp from_millis(std::int64_t ms) { return Timestamp{Milliseconds{ms}}; }

// RFC 3339 in UTC with milliseconds, "2026-01-31T09:30:00.000Z": the form on every wire.
std::string to_iso8601(Timestamp t);
// Reads exactly the form above; nothing for anything else.
std::optional<Timestamp> parse_iso8601(std::string_view text);

}  // namespace ticketing
