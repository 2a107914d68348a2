// Compares our records of payments with the gateway's, line by line. No I/O.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ticketing::payments::operator_ {

// One payment, in our records or in the gateway's.
struct LedgerLine {
  std::string payment_id;  // empty at the gateway when another program made it
  std::string stripe_id;   // empty in our records while it is not known
  std::string status;      // ours: of PaymentStatus; the gateway's: of IntentStatus
  std::int64_t amount_cents = 0;
  std::int64_t captured_cents = 0;
  std::int64_t refunded_cents = 0;
};

// Every difference in one sentence each, in the order of `theirs`, then of `ours`.
std::vector<std::string> compare(const std::vector<LedgerLine>& ours,
                                 const std::vector<LedgerLine>& theirs);

}  // namespace ticketing::payments::operator_
