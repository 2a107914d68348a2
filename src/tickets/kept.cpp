#include "tickets/kept.hpp"

#include "common/db/idempotency_keys.hpp"
#include "tickets/store.hpp"

namespace ticketing::tickets {

runtime::KeptTables kept_tables() {
  return {
      runtime::kept_table<Ticket>("tickets", store::kept_tickets),
      runtime::kept_table<db::KeptIdempotencyKey>("idempotency_keys", db::IdempotencyKeys::kept)};
}

}  // namespace ticketing::tickets
