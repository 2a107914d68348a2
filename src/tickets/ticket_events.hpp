// The events that tell of a ticket as it is now.
#pragma once

#include "contracts/tickets_events.hpp"
#include "tickets/ticket.hpp"

namespace ticketing::tickets {

inline contracts::TicketCreated created_event(const Ticket& ticket) {
  return matching<contracts::TicketCreated>(ticket);
}

inline contracts::TicketUpdated updated_event(const Ticket& ticket) {
  using Event = contracts::TicketUpdated;
  auto event = matching<Event, &Event::has_file, &Event::withdrawal_requested>(ticket);
  event.has_file = ticket.has_file;
  event.withdrawal_requested = ticket.withdrawal_version == ticket.version;
  return event;
}

}  // namespace ticketing::tickets
