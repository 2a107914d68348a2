#include "expiration/republished.hpp"

#include "contracts/expiration_events.hpp"
#include "expiration/store.hpp"

namespace ticketing::expiration {
namespace {

// Of an order that has ended, orders needs no reminder.
bus::RepublishedEvents events_of(const store::CurrentExpiration& current) {
  if (current.status != "announced") return {};
  return {bus::last_event(contracts::ExpirationComplete{.order_id = current.id},
                          current.last_event_id)};
}

}  // namespace

bus::Republished republished() {
  return {.subjects = bus::subjects_of<contracts::ExpirationComplete>(),
          .tables = {bus::republished_table(store::expirations_after, events_of)}};
}

}  // namespace ticketing::expiration
