// Two orders of one ticket as a model: every state that they can get into by what people do, what
// the gateway answers, and how late events come. The states change by the rules of the services
// themselves (order.hpp, payment.hpp, refund.hpp, assignment.hpp, ticket.hpp); what
// their databases decide (one live order, one reveal, the end of a resale) is said here.
#pragma once

#include <cstddef>
#include <string>

namespace ticketing::simulation {

// What can be left out, to show that the invariants need it.
struct CoreRules {
  bool one_live_order = true;        // the index in orders
  bool delivery_is_asked = true;     // before money goes back
  bool capture_after_order = true;   // the money is taken when the order is complete
  bool release_after_cancel = true;  // what is held goes back when the order is over
};

struct CoreStates {
  std::size_t states = 0;   // all different ones
  std::size_t at_rest = 0;  // of these: where only people can go on
  int depth = 0;            // of the longest shortest way to one of them
  std::string violation;    // the first, with the steps that lead to it; empty: none
};

// Visits every state that at most `depth_max` steps lead to.
CoreStates explore_core(const CoreRules& rules, int depth_max);

}  // namespace ticketing::simulation
