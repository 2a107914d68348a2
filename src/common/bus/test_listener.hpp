// For tests of the bus and its adapters: a listener that notes what it hears, and events for it.
// Part of no library.
#pragma once

#include <map>
#include <stdexcept>
#include <string>

#include "common/bus/event_bus.hpp"

namespace ticketing::bus {

// Notes what a listener was handed; its first calls can be made to fail.
struct Recorder {
  std::map<std::string, int> calls;
  std::map<std::string, std::string> payloads;
  int throws_first = 0;
  int retry_later_first = 0;

  Task<Verdict> hear(Event event) {
    const int call = ++calls[event.id];
    payloads[event.id] = event.payload;
    if (call <= throws_first) throw std::runtime_error("not today");
    if (call <= throws_first + retry_later_first) co_return Verdict::retry_later;
    co_return Verdict::done;
  }
  bool heard(const std::string& id, int times) {
    const auto found = calls.find(id);
    return found != calls.end() && found->second >= times;
  }
};

inline Event test_event(const std::string& id, const std::string& subject) {
  return {.id = id,
          .subject = subject,
          .source = "tests",
          .payload = R"({"id":")" + id + R"("})",
          .time = from_millis(1'800'000'000'000)};
}

}  // namespace ticketing::bus
