#include "delivery/kept.hpp"

#include "delivery/assignments/store.hpp"
#include "delivery/store.hpp"

namespace ticketing::delivery {

runtime::KeptTables kept_tables() {
  return {runtime::kept_table<TicketCopy>("tickets", store::kept_tickets),
          runtime::kept_table<store::KeptUpload>("uploads", store::kept_uploads),
          runtime::kept_table<assignments::Assignment>("assignments",
                                                       assignments::store::kept_assignments)};
}

}  // namespace ticketing::delivery
