// What the bus counts, as metrics.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "common/bus/event_bus.hpp"
#include "common/runtime/metrics.hpp"

namespace ticketing::runtime {

// How often the bus dropped events before this listener got them.
prometheus::Counter& lost_events_counter(Metrics& metrics, const std::string& consumer,
                                         const std::string& subject);

class BusMetrics {
 public:
  BusMetrics(Metrics& metrics, const bus::EventBus& bus) : metrics_(metrics), bus_(bus) {}

  // Takes over what was counted since the last call; called before metrics are shown.
  void update();

 private:
  void set(const bus::DeliveryCounts& counts, const std::string& outcome, std::uint64_t value);

  struct Shown {
    prometheus::Counter* counter;
    std::uint64_t value;
  };
  Metrics& metrics_;
  const bus::EventBus& bus_;
  std::map<std::string, Shown> shown_;
};

}  // namespace ticketing::runtime
