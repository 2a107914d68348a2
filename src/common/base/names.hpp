// The names that an enumeration's values have in columns and in JSON: one table for both
// directions.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "common/base/assert.hpp"

namespace ticketing {

template <class E, std::size_t Count>
using Names = std::array<std::pair<E, std::string_view>, Count>;

// A value that the table lacks is a programmer's error.
template <class E, std::size_t Count>
constexpr std::string_view name_of(const Names<E, Count>& names, E value) {
  for (const auto& [known, name] : names) {
    if (known == value) return name;
  }
  TICKETING_ASSERT(false);
  return {};
}

// Nothing when no value has this name.
template <class E, std::size_t Count>
constexpr std::optional<E> value_named(const Names<E, Count>& names, std::string_view text) {
  for (const auto& [value, name] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace ticketing
