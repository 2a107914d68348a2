// After the rounds: the services' databases and the fake Stripe's ledger, compared to the cent.
#pragma once

#include <string>
#include <vector>

#include "stripe/rounds.hpp"

namespace ticketing::test {

struct Verdict {
  std::vector<std::string> violations;
  std::int64_t captured_cents = 0;
  std::int64_t refunded_cents = 0;
  std::int64_t complete_cents = 0;       // prices of the complete orders
  std::int64_t kept_refunded_cents = 0;  // given back for orders that stay complete
  int complete_orders = 0;
  int cancelled_orders = 0;
};

// Invariants I4 to I7: what was taken less what was given back is the price of the complete orders
// less what their buyers got back; every charge belongs to a complete order or is refunded wholly;
// one charge an order at most; each at the price shown to the buyer.
Verdict judge(Rounds& rounds);

}  // namespace ticketing::test
