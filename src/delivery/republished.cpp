#include "delivery/republished.hpp"

#include "contracts/delivery_events.hpp"
#include "delivery/assignments/republished.hpp"
#include "delivery/store.hpp"

namespace ticketing::delivery {
namespace {

bus::RepublishedEvents events_of(const store::ReadyTicket& ticket) {
  return {bus::last_event(contracts::DeliveryReady{.ticket_id = ticket.id}, ticket.last_event_id)};
}

}  // namespace

bus::Republished republished() {
  return {.subjects = bus::subjects_of<contracts::DeliveryReady, contracts::DeliveryDue,
                                       contracts::DeliveryOverdue, contracts::DeliveryRevealed,
                                       contracts::DeliveryReleased, contracts::ResaleBegun>(),
          .tables = {bus::republished_table(store::ready_tickets_after, events_of),
                     assignments::republished()}};
}

}  // namespace ticketing::delivery
