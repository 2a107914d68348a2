#include "notifications/listeners.hpp"

#include "common/bus/subscriptions.hpp"
#include "contracts/auth_events.hpp"

namespace ticketing::notifications {
namespace {

using contracts::PasswordChanged;
using contracts::ResetRequested;
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

}  // namespace

void subscribe(bus::EventBus& bus, Operations& operations) {
  bus::subscribe_all(bus, "notifications", operations,
                     {{ResetRequested::subject, on_reset_requested},
                      {VerificationRequested::subject, on_verification_requested},
                      {PasswordChanged::subject, on_password_changed}});
}

}  // namespace ticketing::notifications
