#include "common/base/money.hpp"

#include <fmt/format.h>

#include <charconv>

namespace ticketing {

std::string_view to_string(Currency currency) {
  switch (currency) {
    case Currency::usd: return "usd";
  }
  return "usd";
}

std::expected<Money, MoneyFault> parse_money(std::string_view text, std::int64_t cents_max) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() > 64) return std::unexpected(MoneyFault::too_large);
  if (text.starts_with('-')) {
    return std::unexpected(text.size() > 1 && is_digit(text[1]) ? MoneyFault::negative
                                                                : MoneyFault::not_a_number);
  }

  // Split into digits and a decimal exponent: "12.34e1" is digits 1234, exponent -1.
  std::string digits;
  int exponent = 0;
  std::size_t at = 0;
  while (at < text.size() && is_digit(text[at])) digits.push_back(text[at++]);
  if (digits.empty()) return std::unexpected(MoneyFault::not_a_number);
  if (at < text.size() && text[at] == '.') {
    const std::size_t start = ++at;
    while (at < text.size() && is_digit(text[at])) digits.push_back(text[at++]);
    if (at == start) return std::unexpected(MoneyFault::not_a_number);
    exponent = -static_cast<int>(at - start);
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && text[at] == '+') ++at;
    int written = 0;
    const auto [end, fault] = std::from_chars(text.data() + at, text.data() + text.size(), written);
    if (fault == std::errc::result_out_of_range) return std::unexpected(MoneyFault::too_large);
    if (fault != std::errc{}) return std::unexpected(MoneyFault::not_a_number);
    if (written > 400 || written < -400) return std::unexpected(MoneyFault::too_large);
    exponent += written;
    at = static_cast<std::size_t>(end - text.data());
  }
  if (at != text.size()) return std::unexpected(MoneyFault::not_a_number);

  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return Money{};
  digits.erase(0, first);
  exponent += 2;  // from major units to cents
  while (exponent < 0 && digits.ends_with('0')) {
    digits.pop_back();
    ++exponent;
  }
  if (exponent < 0) return std::unexpected(MoneyFault::too_precise);
  if (digits.size() + static_cast<std::size_t>(exponent) > 18)
    return std::unexpected(MoneyFault::too_large);
  digits.append(static_cast<std::size_t>(exponent), '0');
  std::int64_t cents = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), cents);
  if (cents > cents_max) return std::unexpected(MoneyFault::too_large);
  return Money{.cents = cents};
}

std::string to_decimal(Money money) {
  const std::int64_t whole = money.cents / 100, rest = money.cents % 100;
  if (rest == 0) return fmt::format("{}", whole);
  if (rest % 10 == 0) return fmt::format("{}.{}", whole, rest / 10);
  return fmt::format("{}.{:02}", whole, rest);
}

}  // namespace ticketing
