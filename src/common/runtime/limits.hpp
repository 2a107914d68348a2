// Limits for each caller that services have in common, besides those of the HTTP server.
#pragma once

#include <cstdint>

#include "common/base/config.hpp"
#include "common/limits/limit.hpp"
#include "common/limits/shares.hpp"

namespace ticketing::runtime {

struct ServiceLimits {
  ServiceLimits();  // the standard numbers

  std::int64_t idempotency_keys;  // kept of a user
  limits::ShareLimits fresh_waits;
  std::int64_t kept_pages;  // of what is kept of a user, a minute
};

// The rows of docs/limits.md.
const limits::Limits& service_limits();
ServiceLimits read_service_limits(Environment& environment);

}  // namespace ticketing::runtime
