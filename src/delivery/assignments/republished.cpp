#include "delivery/assignments/republished.hpp"

#include "delivery/assignments/assignment_events.hpp"
#include "delivery/assignments/store.hpp"

namespace ticketing::delivery::assignments {
namespace {

// Payments may have lost the refund that an overdue ticket led to: it makes one that it does not
// know.
bus::RepublishedEvents released_events(const store::CurrentAssignment& current) {
  const auto& [assignment, last_event_id, seller_id, resale_has_file] = current;
  bus::RepublishedEvents events;
  if (assignment.overdue_at) {
    events.push_back(bus::earlier_event(overdue_event(assignment, seller_id.value_or("")),
                                        assignment.id, *assignment.overdue_at));
  }
  events.push_back(bus::last_event(released_event(assignment), last_event_id));
  return events;
}

bus::RepublishedEvents events_of(const store::CurrentAssignment& current) {
  const auto& [assignment, last_event_id, seller_id, resale_has_file] = current;
  switch (assignment.state) {
    case AssignmentState::assigned:
      if (!assignment.due_at) break;  // payments has told of the order
      return {bus::last_event(due_event(assignment, seller_id.value_or("")), last_event_id)};
    case AssignmentState::overdue:
      return {bus::last_event(overdue_event(assignment, seller_id.value_or("")), last_event_id)};
    case AssignmentState::revealed:
      return {bus::last_event(revealed_event(assignment), last_event_id)};
    case AssignmentState::reselling:
      return {bus::last_event(resale_event(assignment, resale_has_file), last_event_id)};
    case AssignmentState::released: return released_events(current);
  }
  return {};
}

}  // namespace

bus::RepublishedTable republished() {
  return bus::republished_table(store::assignments_after, events_of);
}

}  // namespace ticketing::delivery::assignments
