// Erases from the streams what they keep of a person whose account is deleted.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <unordered_map>

#include "common/base/clock.hpp"
#include "common/bus/event_bus.hpp"

namespace ticketing::streams {

class Erasing {
 public:
  // From the first delivery of `user.erased`. What was on its way when the account was deleted has
  // come by then: an event that a replica of auth could not publish before, a dead letter of a
  // listener that was trying one.
  static constexpr std::chrono::minutes on_the_way_max{2};

  // Erases the events with an address of this user; throws Unavailable.
  using Erase = std::function<Task<>(std::string user_id)>;

  Erasing(const Clock& clock, Erase erase) : clock_(clock), erase_(std::move(erase)) {}

  // The bus keeps the event until it is done.
  void subscribe(bus::EventBus& bus);

 private:
  Task<bus::Verdict> follow(const bus::Event& event);

  const Clock& clock_;
  const Erase erase_;
  std::unordered_map<std::string, SteadyTime> first_heard_;  // by the id of the event
};

}  // namespace ticketing::streams
