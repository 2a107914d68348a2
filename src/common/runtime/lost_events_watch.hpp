// Looks whether the bus dropped events before a listener of this service got them, and asks their
// owners to publish their entities once more (republisher.hpp).
#pragma once

#include <map>
#include <string>

#include "common/bus/event_source.hpp"
#include "common/bus/received_events.hpp"
#include "common/runtime/periodic.hpp"
#include "common/runtime/platform.hpp"

namespace ticketing::runtime {

class LostEventsWatch {
 public:
  // `service` is the consumer's name. All references outlive it.
  LostEventsWatch(Platform& platform, std::string service, db::Database& database);

  void start();
  Task<> stop();

 private:
  Task<> round();
  Task<> load();
  Task<> look_at(bus::ConsumerPosition position);
  Task<> ask_owner(const bus::ConsumerPosition& position, const bus::LostEvents& lost, bool is_new);
  Task<> store(bus::ReceivedEvents received);

  struct Known {
    bus::ReceivedEvents received;
    Timestamp stored_at{};
  };

  Platform& platform_;
  const std::string service_;
  db::Database& database_;
  const bus::EventSource messages_;
  std::map<std::string, Known> known_;  // by subject
  bool is_loaded_ = false;
  Periodic looking_;
};

}  // namespace ticketing::runtime
