#include "notifications/kept.hpp"

#include "notifications/store.hpp"

namespace ticketing::notifications {

runtime::KeptTables kept_tables() {
  return {runtime::kept_table<Person>("people", store::kept_person),
          runtime::kept_table<store::KeptMail>("mails", store::kept_mails),
          runtime::kept_table<TicketCopy>("tickets", store::kept_tickets),
          runtime::kept_table<OrderCopy>("orders", store::kept_orders)};
}

}  // namespace ticketing::notifications
