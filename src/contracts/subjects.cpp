#include "contracts/subjects.hpp"

#include "contracts/auth_events.hpp"
#include "contracts/delivery_events.hpp"
#include "contracts/expiration_events.hpp"
#include "contracts/orders_events.hpp"
#include "contracts/payments_events.hpp"
#include "contracts/shows_events.hpp"
#include "contracts/tickets_events.hpp"

namespace ticketing::contracts {

std::vector<std::string_view> all_subjects() {
  return {TicketCreated::subject,
          TicketUpdated::subject,
          OrderCreated::subject,
          OrderCancelled::subject,
          OrderCompleted::subject,
          WithdrawalDecided::subject,
          ExpirationComplete::subject,
          PaymentCreated::subject,
          PaymentCaptured::subject,
          PaymentVoided::subject,
          PaymentFailed::subject,
          PaymentRefunded::subject,
          ShowCreated::subject,
          ShowUpdated::subject,
          ShowBegun::subject,
          DeliveryReady::subject,
          DeliveryDue::subject,
          DeliveryOverdue::subject,
          DeliveryRevealed::subject,
          DeliveryReleased::subject,
          ResaleBegun::subject,
          RefundRequested::subject,
          ResetRequested::subject,
          PasswordChanged::subject,
          VerificationRequested::subject,
          UserCreated::subject,
          DeviceAdded::subject,
          AddressChangeRequested::subject,
          AddressChanged::subject,
          ErasureRequested::subject,
          UserErased::subject};
}

}  // namespace ticketing::contracts
