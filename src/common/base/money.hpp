// Money: whole cents and a currency. Never a floating-point number.
#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace ticketing {

enum class Currency { usd };
std::string_view to_string(Currency currency);  // ISO 4217, lower case as Stripe writes it

struct Money {
  std::int64_t cents = 0;
  Currency currency = Currency::usd;
  friend auto operator<=>(const Money&, const Money&) = default;
};

enum class MoneyFault { not_a_number, negative, too_precise, too_large };

// Reads a decimal amount in major units, "20", "20.5" or "20.00", exactly. JSON's exponent form
// ("2e1") is read too. Refuses signs, spaces, more than two decimals, more than `cents_max` cents.
std::expected<Money, MoneyFault> parse_money(std::string_view text, std::int64_t cents_max);

// The shortest exact decimal: 2000 cents is "20", 1999 is "19.99", 1950 is "19.5".
std::string to_decimal(Money money);

}  // namespace ticketing
