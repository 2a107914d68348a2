#include "shows/listeners.hpp"

#include "common/bus/subscriptions.hpp"
#include "contracts/auth_events.hpp"
#include "contracts/tickets_events.hpp"

namespace ticketing::shows {
namespace {

using contracts::TicketCreated;
using contracts::TicketUpdated;

// A ticket that once has a show always has one.
template <class TicketEvent>
Task<bus::Verdict> follow(Operations& operations, const TicketEvent& ticket, TicketStatus status) {
  if (!ticket.show_id) co_return bus::Verdict::done;
  co_return co_await operations.follow_ticket({.id = ticket.id,
                                               .version = ticket.version,
                                               .show_id = *ticket.show_id,
                                               .price = ticket.price,
                                               .status = status});
}

Task<bus::Verdict> on_ticket_created(Operations& operations, const bus::Event& event) {
  const auto ticket = bus::require(contracts::decode<TicketCreated>(event.payload));
  co_return co_await follow(operations, ticket, TicketStatus::available);
}

Task<bus::Verdict> on_ticket_updated(Operations& operations, const bus::Event& event) {
  const auto ticket = bus::require(contracts::decode<TicketUpdated>(event.payload));
  co_return co_await follow(operations, ticket, contracts::status_of<TicketStatus>(ticket));
}

Task<bus::Verdict> on_user_erased(Operations& operations, const bus::Event& event) {
  const auto user = bus::require(contracts::decode<contracts::UserErased>(event.payload));
  co_return co_await operations.erasure().note(user, event);
}

}  // namespace

void subscribe(bus::EventBus& bus, Operations& operations) {
  bus::subscribe_all(bus, "shows", operations,
                     {{TicketCreated::subject, on_ticket_created},
                      {TicketUpdated::subject, on_ticket_updated},
                      {contracts::UserErased::subject, on_user_erased}});
}

}  // namespace ticketing::shows
