// The events that tell of a show as it is now.
#pragma once

#include "contracts/shows_events.hpp"
#include "shows/price_cap.hpp"
#include "shows/show.hpp"

namespace ticketing::shows {

template <class Event>
Event event_of(const Show& show, const Settings& settings) {
  auto event = matching<Event, &Event::status, &Event::over_at, &Event::price_cap_percent>(show);
  event.status = name_of(show.plan);
  event.over_at = over_at(show);
  event.price_cap_percent = cap_of(show, settings);
  return event;
}

inline contracts::ShowCreated created_event(const Show& show, const Settings& settings) {
  return event_of<contracts::ShowCreated>(show, settings);
}

inline contracts::ShowUpdated updated_event(const Show& show, const Settings& settings) {
  return event_of<contracts::ShowUpdated>(show, settings);
}

}  // namespace ticketing::shows
