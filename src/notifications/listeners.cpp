#include "notifications/listeners.hpp"

#include "common/bus/subscriptions.hpp"
#include "contracts/auth_events.hpp"
#include "contracts/delivery_events.hpp"
#include "contracts/orders_events.hpp"
#include "contracts/payments_events.hpp"
#include "contracts/shows_events.hpp"
#include "contracts/tickets_events.hpp"

namespace ticketing::notifications {
namespace {

using contracts::AddressChanged;
using contracts::AddressChangeRequested;
using contracts::DeliveryDue;
using contracts::DeliveryOverdue;
using contracts::DeliveryReady;
using contracts::DeviceAdded;
using contracts::ErasureRequested;
using contracts::OrderCreated;
using contracts::PasswordChanged;
using contracts::PaymentCaptured;
using contracts::PaymentRefunded;
using contracts::ResetRequested;
using contracts::ShowCreated;
using contracts::ShowPlan;
using contracts::ShowUpdated;
using contracts::TicketCreated;
using contracts::TicketUpdated;
using contracts::UserCreated;
using contracts::UserErased;
using contracts::VerificationRequested;

Task<bus::Verdict> on_reset_requested(Operations& operations, const bus::Event& event) {
  const auto asked = bus::require(contracts::decode<ResetRequested>(event.payload));
  co_return co_await operations.tell(
      {.which = Template::reset, .user_id = asked.user_id, .recipient = asked.email}, event);
}

Task<bus::Verdict> on_verification_requested(Operations& operations, const bus::Event& event) {
  const auto asked = bus::require(contracts::decode<VerificationRequested>(event.payload));
  co_return co_await operations.tell(
      {.which = Template::verify, .user_id = asked.user_id, .recipient = asked.email}, event);
}

Task<bus::Verdict> on_password_changed(Operations& operations, const bus::Event& event) {
  const auto changed = bus::require(contracts::decode<PasswordChanged>(event.payload));
  co_return co_await operations.tell(
      {.which = Template::password_changed, .user_id = changed.user_id, .recipient = changed.email},
      event);
}

Task<bus::Verdict> on_address_change_requested(Operations& operations, const bus::Event& event) {
  const auto asked = bus::require(contracts::decode<AddressChangeRequested>(event.payload));
  co_await operations.tell(
      {.which = Template::address_change_asked, .user_id = asked.user_id, .recipient = asked.email},
      event);
  co_return co_await operations.tell(
      {.which = Template::change_address, .user_id = asked.user_id, .recipient = asked.new_email},
      event);
}

Task<bus::Verdict> on_address_changed(Operations& operations, const bus::Event& event) {
  const auto changed = bus::require(contracts::decode<AddressChanged>(event.payload));
  co_await operations.tell({.which = Template::address_changed,
                            .user_id = changed.id,
                            .recipient = changed.former_email},
                           event);
  co_return co_await operations.follow_person(matching<Person>(changed));
}

Task<bus::Verdict> on_device_added(Operations& operations, const bus::Event& event) {
  const auto added = bus::require(contracts::decode<DeviceAdded>(event.payload));
  co_return co_await operations.tell(
      {.which = Template::device_added, .user_id = added.user_id, .recipient = added.email}, event);
}

Task<bus::Verdict> on_user_created(Operations& operations, const bus::Event& event) {
  const auto user = bus::require(contracts::decode<UserCreated>(event.payload));
  co_return co_await operations.follow_person(matching<Person>(user));
}

Task<bus::Verdict> on_erasure_requested(Operations& operations, const bus::Event& event) {
  const auto asked = bus::require(contracts::decode<ErasureRequested>(event.payload));
  co_return co_await operations.tell(
      {.which = Template::delete_account, .user_id = asked.user_id, .recipient = asked.email},
      event);
}

Task<bus::Verdict> on_user_erased(Operations& operations, const bus::Event& event) {
  co_return co_await operations.follow_erasure(
      bus::require(contracts::decode<UserErased>(event.payload)), event);
}

Task<bus::Verdict> on_ticket_created(Operations& operations, const bus::Event& event) {
  const auto ticket = bus::require(contracts::decode<TicketCreated>(event.payload));
  co_return co_await operations.follow_ticket(matching<TicketCopy>(ticket));
}

// While an order has a ticket, it is not edited: such an event has nothing new, unless it is the
// only one that is published once more.
Task<bus::Verdict> on_ticket_updated(Operations& operations, const bus::Event& event) {
  const auto ticket = bus::require(contracts::decode<TicketUpdated>(event.payload));
  if (ticket.order_id && !event.is_copy()) co_return bus::Verdict::done;
  co_return co_await operations.follow_ticket(matching<TicketCopy>(ticket));
}

Task<bus::Verdict> on_order_created(Operations& operations, const bus::Event& event) {
  const auto order = bus::require(contracts::decode<OrderCreated>(event.payload));
  co_return co_await operations.follow_order({.id = order.id,
                                              .user_id = order.user_id,
                                              .ticket_id = order.ticket.id,
                                              .price = order.ticket.price,
                                              .ordered_at = event.time});
}

Task<bus::Verdict> on_payment_captured(Operations& operations, const bus::Event& event) {
  co_return co_await operations.follow_payment(
      bus::require(contracts::decode<PaymentCaptured>(event.payload)), event);
}

Task<bus::Verdict> on_payment_refunded(Operations& operations, const bus::Event& event) {
  co_return co_await operations.follow_refund(
      bus::require(contracts::decode<PaymentRefunded>(event.payload)), event);
}

Task<bus::Verdict> on_delivery_due(Operations& operations, const bus::Event& event) {
  co_return co_await operations.follow_due(
      bus::require(contracts::decode<DeliveryDue>(event.payload)), event);
}

Task<bus::Verdict> on_delivery_ready(Operations& operations, const bus::Event& event) {
  co_return co_await operations.follow_ready(
      bus::require(contracts::decode<DeliveryReady>(event.payload)), event);
}

Task<bus::Verdict> on_delivery_overdue(Operations& operations, const bus::Event& event) {
  const auto overdue = bus::require(contracts::decode<DeliveryOverdue>(event.payload));
  co_return co_await operations.tell(
      {.which = Template::delivery_overdue, .user_id = overdue.seller_id}, event);
}

ShowCopy copy_of(const contracts::ShowFacts& show, std::optional<std::string> merged_into) {
  return {.id = show.id,
          .version = show.version,
          .name = show.name,
          .venue = show.venue.name,
          .city = show.venue.city,
          .status = value_named<ShowPlan>(show.status).value_or(ShowPlan::scheduled),
          .starts_at = show.starts_at,
          .merged_into = std::move(merged_into)};
}

Task<bus::Verdict> on_show_created(Operations& operations, const bus::Event& event) {
  const auto show = bus::require(contracts::decode<ShowCreated>(event.payload));
  co_return co_await operations.follow_show(copy_of(show, std::nullopt), event);
}

Task<bus::Verdict> on_show_updated(Operations& operations, const bus::Event& event) {
  const auto show = bus::require(contracts::decode<ShowUpdated>(event.payload));
  co_return co_await operations.follow_show(copy_of(show, show.merged_into), event);
}

}  // namespace

void subscribe(bus::EventBus& bus, Operations& operations) {
  bus::subscribe_all(bus, "notifications", operations,
                     {{ResetRequested::subject, on_reset_requested},
                      {VerificationRequested::subject, on_verification_requested},
                      {PasswordChanged::subject, on_password_changed},
                      {AddressChangeRequested::subject, on_address_change_requested},
                      {AddressChanged::subject, on_address_changed},
                      {DeviceAdded::subject, on_device_added},
                      {UserCreated::subject, on_user_created},
                      {ErasureRequested::subject, on_erasure_requested},
                      {UserErased::subject, on_user_erased},
                      {TicketCreated::subject, on_ticket_created},
                      {TicketUpdated::subject, on_ticket_updated},
                      {OrderCreated::subject, on_order_created},
                      {PaymentCaptured::subject, on_payment_captured},
                      {PaymentRefunded::subject, on_payment_refunded},
                      {DeliveryDue::subject, on_delivery_due},
                      {DeliveryReady::subject, on_delivery_ready},
                      {DeliveryOverdue::subject, on_delivery_overdue},
                      {ShowCreated::subject, on_show_created},
                      {ShowUpdated::subject, on_show_updated}});
}

}  // namespace ticketing::notifications
