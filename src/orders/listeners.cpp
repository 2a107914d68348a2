#include "orders/listeners.hpp"

#include "common/bus/subscriptions.hpp"
#include "contracts/auth_events.hpp"
#include "contracts/expiration_events.hpp"
#include "contracts/payments_events.hpp"
#include "contracts/shows_events.hpp"
#include "contracts/tickets_events.hpp"

namespace ticketing::orders {
namespace {

using contracts::ShowPlan;

Task<bus::Verdict> on_ticket_created(Operations& operations, const bus::Event& event) {
  const auto ticket = bus::require(contracts::decode<contracts::TicketCreated>(event.payload));
  co_return co_await operations.follow_ticket(matching<TicketCopy, &TicketCopy::is_lapsed>(ticket));
}

Task<bus::Verdict> on_ticket_updated(Operations& operations, const bus::Event& event) {
  const auto ticket = bus::require(contracts::decode<contracts::TicketUpdated>(event.payload));
  auto copy = matching<TicketCopy, &TicketCopy::is_lapsed>(ticket);
  copy.is_lapsed = ticket.status == "lapsed";
  const bool asks = event.is_copy() ? ticket.withdrawal_version.has_value()
                                    : static_cast<bool>(ticket.withdrawal_requested);
  if (asks) {
    co_return co_await operations.decide_withdrawal(
        {.ticket = copy,
         .asked_version = ticket.withdrawal_version.value_or(copy.version),
         .is_copy = event.is_copy()});
  }
  if (event.is_copy()) co_return co_await operations.replace_ticket(copy);
  co_return co_await operations.follow_ticket(copy);
}

Task<bus::Verdict> on_expiration_complete(Operations& operations, const bus::Event& event) {
  const auto expiration =
      bus::require(contracts::decode<contracts::ExpirationComplete>(event.payload));
  co_return co_await operations.expire_order(expiration.order_id);
}

Task<bus::Verdict> on_payment_created(Operations& operations, const bus::Event& event) {
  const auto payment = bus::require(contracts::decode<contracts::PaymentCreated>(event.payload));
  co_return co_await operations.complete_order(payment.order_id, payment.id);
}

Task<bus::Verdict> on_payment_failed(Operations& operations, const bus::Event& event) {
  const auto payment = bus::require(contracts::decode<contracts::PaymentFailed>(event.payload));
  co_return co_await operations.fail_payment(payment.order_id, payment.id);
}

Task<bus::Verdict> on_payment_refunded(Operations& operations, const bus::Event& event) {
  const auto payment = bus::require(contracts::decode<contracts::PaymentRefunded>(event.payload));
  // Without `relist` the order stays complete, also when all was refunded.
  if (!payment.relist || !payment.full) co_return bus::Verdict::done;
  co_return co_await operations.undo_sale(payment.order_id, payment.id);
}

ShowCopy copy_of(const contracts::ShowFacts& show, std::optional<std::string> merged_into) {
  return {.id = show.id,
          .version = show.version,
          .status = value_named<ShowPlan>(show.status).value_or(ShowPlan::scheduled),
          .starts_at = show.starts_at,
          .price_cap_percent = show.price_cap_percent,
          .merged_into = std::move(merged_into)};
}

calendar::ShowPlace place_of(const contracts::ShowFacts& show, Timestamp changed_at,
                             std::optional<std::string> merged_into) {
  return {.id = show.id,
          .version = show.version,
          .name = show.name,
          .venue = show.venue.name,
          .city = show.venue.city,
          .country = show.venue.country,
          .status = value_named<ShowPlan>(show.status).value_or(ShowPlan::scheduled),
          .starts_at = show.starts_at,
          .ends_at = show.ends_at,
          .over_at = show.over_at,
          .merged_into = std::move(merged_into),
          .changed_at = changed_at};
}

Task<bus::Verdict> on_show_created(Operations& operations, const bus::Event& event) {
  const auto show = bus::require(contracts::decode<contracts::ShowCreated>(event.payload));
  co_return co_await operations.follow_show(copy_of(show, std::nullopt),
                                            place_of(show, event.time, std::nullopt));
}

Task<bus::Verdict> on_show_updated(Operations& operations, const bus::Event& event) {
  const auto show = bus::require(contracts::decode<contracts::ShowUpdated>(event.payload));
  co_return co_await operations.follow_show(copy_of(show, show.merged_into),
                                            place_of(show, event.time, show.merged_into));
}

Task<bus::Verdict> on_user_erased(Operations& operations, const bus::Event& event) {
  const auto user = bus::require(contracts::decode<contracts::UserErased>(event.payload));
  co_return co_await operations.erasure().note(user, event);
}

}  // namespace

void subscribe(bus::EventBus& bus, Operations& operations) {
  bus::subscribe_all(bus, "orders", operations,
                     {{contracts::TicketCreated::subject, on_ticket_created},
                      {contracts::TicketUpdated::subject, on_ticket_updated},
                      {contracts::ExpirationComplete::subject, on_expiration_complete},
                      {contracts::PaymentCreated::subject, on_payment_created},
                      {contracts::PaymentFailed::subject, on_payment_failed},
                      {contracts::PaymentRefunded::subject, on_payment_refunded},
                      {contracts::ShowCreated::subject, on_show_created},
                      {contracts::ShowUpdated::subject, on_show_updated},
                      {contracts::UserErased::subject, on_user_erased}});
}

}  // namespace ticketing::orders
