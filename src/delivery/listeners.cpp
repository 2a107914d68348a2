#include "delivery/listeners.hpp"

#include "common/bus/subscriptions.hpp"
#include "contracts/shows_events.hpp"
#include "contracts/tickets_events.hpp"

namespace ticketing::delivery {
namespace {

using contracts::ShowCreated;
using contracts::ShowPlan;
using contracts::ShowUpdated;
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

ShowCopy copy_of(const contracts::ShowFacts& show, std::optional<std::string> merged_into) {
  return {.id = show.id,
          .version = show.version,
          .status = value_named<ShowPlan>(show.status).value_or(ShowPlan::scheduled),
          .starts_at = show.starts_at,
          .over_at = show.over_at,
          .merged_into = std::move(merged_into)};
}

Task<bus::Verdict> on_show_created(Operations& operations, const bus::Event& event) {
  const auto show = bus::require(contracts::decode<ShowCreated>(event.payload));
  co_return co_await operations.follow_show(copy_of(show, std::nullopt));
}

Task<bus::Verdict> on_show_updated(Operations& operations, const bus::Event& event) {
  const auto show = bus::require(contracts::decode<ShowUpdated>(event.payload));
  co_return co_await operations.follow_show(copy_of(show, show.merged_into));
}

}  // namespace

void subscribe(bus::EventBus& bus, Operations& operations) {
  bus::subscribe_all(bus, "delivery", operations,
                     {{TicketCreated::subject, on_ticket_created},
                      {TicketUpdated::subject, on_ticket_updated},
                      {ShowCreated::subject, on_show_created},
                      {ShowUpdated::subject, on_show_updated}});
}

}  // namespace ticketing::delivery
