#include "payments/stripe/retry_rules.hpp"

#include <algorithm>

namespace ticketing::payments::stripe {

Meaning meaning_of(int status) {
  if (status == 429 || status == 401 || status == 403) return Meaning::not_done;
  if (status == 409 || status >= 500 || status < 200) return Meaning::undecided;
  return Meaning::final;
}

bool should_retry(int status, std::optional<std::string_view> stripe_should_retry) {
  if (stripe_should_retry == "true") return true;
  if (stripe_should_retry == "false") return false;
  return status == 409 || status == 429 || status >= 500;
}

Milliseconds pause_after(int attempts, Milliseconds first, double fraction) {
  const Milliseconds whole = first * (1LL << std::clamp(attempts - 1, 0, 6));
  const auto less = static_cast<std::int64_t>(static_cast<double>(whole.count()) * fraction / 2);
  return whole - Milliseconds{less};
}

}  // namespace ticketing::payments::stripe
