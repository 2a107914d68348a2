#include "payments/sandbox/test_tokens.hpp"

#include <algorithm>
#include <array>

namespace ticketing::payments::sandbox {
namespace {

struct Known {
  std::string_view name;  // without "tok_" or "pm_card_"
  std::string_view decline_code;
};

constexpr std::string_view good = "";

constexpr std::array known_tokens{
    // Brands.
    Known{"visa", good},
    Known{"visa_debit", good},
    Known{"mastercard", good},
    Known{"mastercard_debit", good},
    Known{"mastercard_prepaid", good},
    Known{"amex", good},
    Known{"discover", good},
    Known{"diners", good},
    Known{"jcb", good},
    Known{"unionpay", good},
    // Countries.
    Known{"us", good},
    Known{"ca", good},
    Known{"mx", good},
    Known{"br", good},
    Known{"gb", good},
    Known{"de", good},
    Known{"fr", good},
    Known{"es", good},
    Known{"it", good},
    Known{"jp", good},
    Known{"au", good},
    Known{"in", good},
    Known{"ch", good},
    Known{"nl", good},
    Known{"se", good},
    // Checks that raise suspicion but let the charge through.
    Known{"avsFail", good},
    Known{"avsUnchecked", good},
    Known{"avsLine1Fail", good},
    Known{"avsZipFail", good},
    Known{"cvcCheckFail", good},
    Known{"riskLevelElevated", good},
    Known{"bypassPending", good},
    // Declines.
    Known{"chargeDeclined", "generic_decline"},
    Known{"visa_chargeDeclined", "generic_decline"},
    Known{"chargeCustomerFail", "generic_decline"},
    Known{"chargeDeclinedInsufficientFunds", "insufficient_funds"},
    Known{"visa_chargeDeclinedInsufficientFunds", "insufficient_funds"},
    Known{"chargeDeclinedLostCard", "lost_card"},
    Known{"visa_chargeDeclinedLostCard", "lost_card"},
    Known{"chargeDeclinedStolenCard", "stolen_card"},
    Known{"visa_chargeDeclinedStolenCard", "stolen_card"},
    Known{"chargeDeclinedExpiredCard", "expired_card"},
    Known{"chargeDeclinedIncorrectCvc", "incorrect_cvc"},
    Known{"chargeDeclinedProcessingError", "processing_error"},
    Known{"chargeDeclinedFraudulent", "fraudulent"},
    Known{"radarBlock", "fraudulent"},
    Known{"riskLevelHighest", "fraudulent"},
    Known{"visa_chargeDeclinedVelocityLimitExceeded", "card_velocity_exceeded"},
    Known{"chargeDeclinedVelocityLimitExceeded", "card_velocity_exceeded"},
    Known{"chargeDeclinedIncorrectNumber", "incorrect_number"},
    // The sandbox has no page on which a card's owner could confirm.
    Known{"threeDSecure2Required", "authentication_required"},
    Known{"threeDSecureRequired", "authentication_required"},
    Known{"authenticationRequired", "authentication_required"},
    Known{"authenticationRequiredOnSetup", "authentication_required"},
};

}  // namespace

std::optional<CardBehaviour> behaviour_of(std::string_view token) {
  if (token.starts_with("tok_")) {
    token.remove_prefix(4);
  } else if (token.starts_with("pm_card_")) {
    token.remove_prefix(8);
  } else {
    return std::nullopt;
  }
  const auto found = std::ranges::find(known_tokens, token, &Known::name);
  if (found == known_tokens.end()) return std::nullopt;
  if (found->decline_code == good) return CardBehaviour{};
  return CardBehaviour{.decline_code = found->decline_code};
}

}  // namespace ticketing::payments::sandbox
