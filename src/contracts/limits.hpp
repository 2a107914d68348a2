// Limits that every service must agree on.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ticketing::contracts {

inline constexpr std::int64_t price_cents_min = 1;
inline constexpr std::int64_t price_cents_max =
    99'999'999;  // what Stripe charges at most in one go
inline constexpr std::size_t title_characters_max = 200;
inline constexpr std::int64_t page_limit_max = 100;  // of a list, in one answer

}  // namespace ticketing::contracts
