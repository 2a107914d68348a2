// The subscription table of a service: which function takes which subject.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/error.hpp"
#include "common/bus/event_bus.hpp"

namespace ticketing::bus {

// What was decoded; throws PermanentFailure with the reason when it could not be.
template <class T>
T require(Result<T> decoded) {
  if (!decoded) throw PermanentFailure(decoded.error().detail);
  return *std::move(decoded);
}

template <class Operations>
struct Listener {
  std::string_view subject;
  Task<Verdict> (*take)(Operations&, const Event&);
};

// `operations` outlives the bus.
template <class Operations>
void subscribe_all(EventBus& bus, const std::string& consumer, Operations& operations,
                   std::initializer_list<Listener<std::type_identity_t<Operations>>> listeners) {
  for (const auto& listener : listeners) {
    bus.subscribe({.consumer = consumer,
                   .subject = std::string(listener.subject),
                   .handler = [&operations, take = listener.take](const Event& event) {
                     return take(operations, event);
                   }});
  }
}

}  // namespace ticketing::bus
