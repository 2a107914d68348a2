#include "payments/attempts/declines.hpp"

#include <algorithm>

#include "contracts/codes.hpp"

namespace ticketing::payments::attempts {

Result<void> check_declines(const MetLimits& met, Timestamp now) {
  if (!met.of_user && !met.of_address) return {};
  const Timestamp oldest = std::max(met.of_user, met.of_address).value();
  const auto left = std::chrono::ceil<std::chrono::seconds>(oldest + declines_window - now);
  const auto wait = std::max(left, std::chrono::seconds{1});
  return refuse({.kind = ErrorKind::throttled,
                 .slug = slugs::too_many_declines(wait.count()),
                 .detail = "Too many payments were declined in an hour. Try again later.",
                 .fields = {},
                 .retry_after = wait});
}

}  // namespace ticketing::payments::attempts
