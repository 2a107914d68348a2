#include "tickets/ticket_change.hpp"

#include "tickets/store.hpp"
#include "tickets/ticket_events.hpp"

namespace ticketing::tickets {

runtime::Change change_to(runtime::OwnedData& data, const Ticket& after) {
  const bus::Event event = data.events().make(updated_event(after));
  return {.contends_for = after.id,
          .write = store::update_ticket(after, event.id),
          .event = event,
          .entity_id = after.id};
}

}  // namespace ticketing::tickets
