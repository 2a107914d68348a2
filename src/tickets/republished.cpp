#include "tickets/republished.hpp"

#include "tickets/store.hpp"
#include "tickets/ticket_events.hpp"

namespace ticketing::tickets {
namespace {

// The event of the last change carries all of the ticket: a listener needs none of those before.
bus::RepublishedEvents events_of(const store::CurrentTicket& current) {
  const auto& [ticket, last_event_id] = current;
  if (ticket.version == 0) return {bus::last_event(created_event(ticket), last_event_id)};
  return {bus::last_event(updated_event(ticket), last_event_id)};
}

}  // namespace

bus::Republished republished() {
  return {.subjects = bus::subjects_of<contracts::TicketCreated, contracts::TicketUpdated>(),
          .tables = {bus::republished_table(store::tickets_after, events_of)}};
}

}  // namespace ticketing::tickets
