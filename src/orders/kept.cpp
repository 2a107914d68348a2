#include "orders/kept.hpp"

#include "common/db/idempotency_keys.hpp"
#include "orders/calendar/store.hpp"
#include "orders/store.hpp"

namespace ticketing::orders {

runtime::KeptTables kept_tables() {
  return {
      runtime::kept_table<Order>("orders", store::kept_orders),
      runtime::kept_table<TicketCopy>("tickets", store::kept_tickets),
      runtime::kept_table<calendar::store::KeptCalendar>("calendars",
                                                         calendar::store::kept_calendar),
      runtime::kept_table<db::KeptIdempotencyKey>("idempotency_keys", db::IdempotencyKeys::kept)};
}

}  // namespace ticketing::orders
