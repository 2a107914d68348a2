#include "expiration/republished.hpp"

#include "contracts/expiration_events.hpp"
#include "expiration/store.hpp"

namespace ticketing::expiration {
namespace {

// Of an order that has ended, and of a show that was moved, no reminder is needed.
bus::RepublishedEvents events_of(const store::CurrentExpiration& current) {
  if (current.status != "announced") return {};
  const auto& [id, version, due, kind] = current.expiration;
  if (kind == Kind::show) {
    return {bus::last_event(contracts::ShowBegun{.show_id = id, .starts_at = due},
                            current.last_event_id)};
  }
  return {bus::last_event(contracts::ExpirationComplete{.order_id = id}, current.last_event_id)};
}

}  // namespace

bus::Republished republished() {
  return {.subjects = bus::subjects_of<contracts::ExpirationComplete, contracts::ShowBegun>(),
          .tables = {bus::republished_table(store::expirations_after, events_of)}};
}

}  // namespace ticketing::expiration
