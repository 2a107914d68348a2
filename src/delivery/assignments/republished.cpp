#include "delivery/assignments/republished.hpp"

#include "delivery/assignments/assignment_events.hpp"
#include "delivery/assignments/store.hpp"

namespace ticketing::delivery::assignments {
namespace {

bus::RepublishedEvents events_of(const store::CurrentAssignment& current) {
  const auto& [assignment, last_event_id] = current;
  switch (assignment.state) {
    case AssignmentState::assigned: break;  // payments has told of the order
    case AssignmentState::revealed:
      return {bus::last_event(revealed_event(assignment), last_event_id)};
    case AssignmentState::reselling:
      return {bus::last_event(resale_event(assignment), last_event_id)};
    case AssignmentState::released:
      return {bus::last_event(released_event(assignment), last_event_id)};
  }
  return {};
}

}  // namespace

bus::RepublishedTable republished() {
  return bus::republished_table(store::assignments_after, events_of);
}

}  // namespace ticketing::delivery::assignments
