#include "shows/kept.hpp"

#include "common/db/idempotency_keys.hpp"
#include "shows/store.hpp"

namespace ticketing::shows {

runtime::KeptTables kept_tables() {
  return {
      runtime::kept_table<Show>("shows", store::kept_shows),
      runtime::kept_table<db::KeptIdempotencyKey>("idempotency_keys", db::IdempotencyKeys::kept)};
}

}  // namespace ticketing::shows
