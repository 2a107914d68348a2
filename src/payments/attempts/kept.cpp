#include "payments/attempts/kept.hpp"

#include "payments/attempts/store.hpp"

namespace ticketing::payments::attempts {

runtime::KeptTables kept_tables() {
  return {runtime::kept_table<store::KeptPayment>("payments", store::kept_payments),
          runtime::kept_table<OrderCopy>("orders", store::kept_orders)};
}

}  // namespace ticketing::payments::attempts
