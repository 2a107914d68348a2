#include "shows/republished.hpp"

#include "shows/show_events.hpp"
#include "shows/store.hpp"

namespace ticketing::shows {
namespace {

// The event of the last change carries all of the show: a listener needs none of those before.
bus::RepublishedEvents events_of(const store::CurrentShow& current, const Settings& settings) {
  const auto& [show, last_event_id] = current;
  if (show.version == 0) return {bus::last_event(created_event(show, settings), last_event_id)};
  return {bus::last_event(updated_event(show, settings), last_event_id)};
}

}  // namespace

bus::Republished republished(const Settings& settings) {
  const auto events_of_row = [settings](const db::Row& row) {
    return events_of(row.as<store::CurrentShow>(), settings);
  };
  return {.subjects = bus::subjects_of<contracts::ShowCreated, contracts::ShowUpdated>(),
          .tables = {{.page = store::shows_after, .events_of = events_of_row}}};
}

}  // namespace ticketing::shows
