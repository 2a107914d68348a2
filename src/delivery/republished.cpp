#include "delivery/republished.hpp"

#include "contracts/delivery_events.hpp"
#include "delivery/store.hpp"

namespace ticketing::delivery {
namespace {

bus::RepublishedEvents events_of(const store::ReadyTicket& ticket) {
  return {bus::last_event(contracts::DeliveryReady{.ticket_id = ticket.id}, ticket.last_event_id)};
}

}  // namespace

bus::Republished republished() {
  return {.subjects = bus::subjects_of<contracts::DeliveryReady>(),
          .tables = {bus::republished_table(store::ready_tickets_after, events_of)}};
}

}  // namespace ticketing::delivery
