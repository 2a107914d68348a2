#include "auth/republished.hpp"

#include "auth/store.hpp"
#include "common/db/erased_users.hpp"
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

bus::RepublishedEvents events_of_erased(const db::ErasedUser& user) {
  return {bus::last_event(
      contracts::UserErased{.id = user.id, .version = user.version, .erased_at = user.erased_at},
      user.last_event_id)};
}

}  // namespace

bus::Republished republished() {
  return {.subjects = bus::subjects_of<contracts::UserCreated, contracts::DeviceAdded,
                                       contracts::ResetRequested, contracts::VerificationRequested,
                                       contracts::PasswordChanged,
                                       contracts::AddressChangeRequested, contracts::AddressChanged,
                                       contracts::ErasureRequested, contracts::UserErased>(),
          .tables = {bus::republished_table(store::accounts_after, events_of),
                     bus::republished_table(db::erased_users_after, events_of_erased)}};
}

}  // namespace ticketing::auth
