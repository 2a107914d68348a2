#include "delivery/listeners.hpp"

#include "common/bus/subscriptions.hpp"
#include "contracts/tickets_events.hpp"

namespace ticketing::delivery {
namespace {

using contracts::TicketCreated;
using contracts::TicketUpdated;

Task<bus::Verdict> on_ticket_created(Operations& operations, const bus::Event& event) {
  const auto ticket = bus::require(contracts::decode<TicketCreated>(event.payload));
  co_return co_await operations.follow_ticket(
      matching<TicketCopy, &TicketCopy::status, &TicketCopy::order_id>(ticket));
}

Task<bus::Verdict> on_ticket_updated(Operations& operations, const bus::Event& event) {
  const auto ticket = bus::require(contracts::decode<TicketUpdated>(event.payload));
  auto copy = matching<TicketCopy, &TicketCopy::status>(ticket);
  copy.status = contracts::status_of<TicketStatus>(ticket);
  co_return co_await operations.follow_ticket(std::move(copy));
}

}  // namespace

void subscribe(bus::EventBus& bus, Operations& operations) {
  bus::subscribe_all(
      bus, "delivery", operations,
      {{TicketCreated::subject, on_ticket_created}, {TicketUpdated::subject, on_ticket_updated}});
}

}  // namespace ticketing::delivery
