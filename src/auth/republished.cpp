#include "auth/republished.hpp"

#include "auth/store.hpp"
#include "contracts/auth_events.hpp"

namespace ticketing::auth {
namespace {

// What a link or the news of a change said is not worth repeating: a link is good for a day at
// most, and the news for the day.
bus::RepublishedEvents events_of(const store::CurrentAccount& account) {
  return {bus::earlier_event(
      contracts::UserCreated{.id = account.id, .version = account.version, .email = account.email},
      account.id, account.created_at)};
}

}  // namespace

bus::Republished republished() {
  return {
      .subjects = bus::subjects_of<contracts::UserCreated, contracts::DeviceAdded,
                                   contracts::ResetRequested, contracts::VerificationRequested,
                                   contracts::PasswordChanged, contracts::AddressChangeRequested,
                                   contracts::AddressChanged>(),
      .tables = {bus::republished_table(store::accounts_after, events_of)}};
}

}  // namespace ticketing::auth
