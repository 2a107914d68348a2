// A payment gateway without a network: behaves as Stripe does for its published test tokens and
// keeps its records in the payments database, where tests can read them (schema/002 and 004).
#pragma once

#include <memory>

#include "common/base/config.hpp"
#include "common/runtime/platform.hpp"
#include "payments/gateway.hpp"

namespace ticketing::payments::sandbox {

// Injected faults, such as a real gateway may have; for tests.
struct Faults {
  int lose_answer_percent = 0;   // carries out the call, then answers Unknown
  int refuse_percent = 0;        // does nothing, answers NotSent
  int fail_capture_percent = 0;  // refuses a capture for good, as when an authorisation has lapsed
  Milliseconds delay_max{0};     // each call takes a random time up to this
  std::uint64_t seed = 1;
};

Faults read_faults(Environment& environment);

std::unique_ptr<PaymentGateway> make_gateway(runtime::Platform& platform, db::Database& database,
                                             const Faults& faults);

}  // namespace ticketing::payments::sandbox
