#include "payments/stripe/retry_rules.hpp"

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

}  // namespace ticketing::payments::stripe
