#include "payments/refunds/kept.hpp"

#include "payments/refunds/store.hpp"

namespace ticketing::payments::refunds {

runtime::KeptTables kept_tables() {
  return {runtime::kept_table<Refund>("refunds", store::kept_refunds)};
}

}  // namespace ticketing::payments::refunds
