// Stripe's published test tokens and what each does (stripe.com/docs/testing). Nothing here is a
// card.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ticketing::payments::sandbox {

struct CardBehaviour {
  std::optional<std::string_view> decline_code;  // nothing: the card is good
};

// What a token (tok_…) or payment method (pm_card_…) does; nothing when Stripe has none of that
// name.
std::optional<CardBehaviour> behaviour_of(std::string_view token);

}  // namespace ticketing::payments::sandbox
