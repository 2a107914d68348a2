// What an operator can see of payments: our records and the gateway's, page by page, to compare.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/async/task.hpp"
#include "common/base/clock.hpp"
#include "common/db/database.hpp"
#include "payments/gateway.hpp"
#include "payments/operator/reconciliation.hpp"

namespace ticketing::payments::operator_ {

// Payments made from `from` on and before `to`.
struct Period {
  Timestamp from;
  Timestamp to;
};

struct LedgerPage {
  std::vector<LedgerLine> lines;
  std::optional<std::string> next;  // cursor of the next page; nothing: this was the last
};

class Operations {
 public:
  // Both outlive the operations.
  Operations(db::Database& database, PaymentGateway& gateway)
      : database_(database), gateway_(gateway) {}

  // Our records, oldest first.
  Task<LedgerPage> list_ours(Period period, std::string cursor);
  // The gateway's records, newest first. Throws Unavailable when it does not answer.
  Task<LedgerPage> list_theirs(Period period, std::optional<std::string> cursor);

 private:
  db::Database& database_;
  PaymentGateway& gateway_;
};

}  // namespace ticketing::payments::operator_
