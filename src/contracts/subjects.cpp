#include "contracts/subjects.hpp"

#include "contracts/auth_events.hpp"
#include "contracts/delivery_events.hpp"
#include "contracts/expiration_events.hpp"
#include "contracts/orders_events.hpp"
#include "contracts/payments_events.hpp"
#include "contracts/shows_events.hpp"
#include "contracts/tickets_events.hpp"

namespace ticketing::contracts {
namespace {

template <class... Events>
struct Kinds {
  static std::vector<std::string_view> all() { return {Events::subject...}; }
  static std::vector<std::string_view> with_addresses() {
    std::vector<std::string_view> subjects;
    const auto add = [&subjects]<class Event>() {
      if constexpr (requires(Event event) { event.email; }) subjects.push_back(Event::subject);
    };
    (add.template operator()<Events>(), ...);
    return subjects;
  }
};

using AllKinds =
    Kinds<TicketCreated, TicketUpdated, OrderCreated, OrderCancelled, OrderCompleted,
          WithdrawalDecided, ExpirationComplete, PaymentCreated, PaymentCaptured, PaymentVoided,
          PaymentFailed, PaymentRefunded, ShowCreated, ShowUpdated, ShowBegun, DeliveryReady,
          DeliveryDue, DeliveryOverdue, DeliveryRevealed, DeliveryReleased, ResaleBegun,
          RefundRequested, ResetRequested, PasswordChanged, VerificationRequested, UserCreated,
          DeviceAdded, AddressChangeRequested, AddressChanged, ErasureRequested, UserErased>;

}  // namespace

std::vector<std::string_view> all_subjects() { return AllKinds::all(); }
std::vector<std::string_view> subjects_with_addresses() { return AllKinds::with_addresses(); }

}  // namespace ticketing::contracts
