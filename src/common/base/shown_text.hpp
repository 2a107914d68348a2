// A line of text that one person writes and others read: a title, a remark.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/error.hpp"

namespace ticketing {

// What is wrong with it, or nothing.
std::optional<Fault> shown_text_fault(std::string_view text, std::size_t characters_max);

// Such a text in a described record; where the record is read (common/json/described.hpp), white
// space at its ends is removed, and a fault is reported. The constructor does not check it.
template <std::size_t CharactersMax>
struct ShownText {
  static constexpr std::size_t characters_max = CharactersMax;

  ShownText() = default;
  ShownText(std::string value) : text(std::move(value)) {}
  ShownText(const char* value) : text(value) {}

  std::string text;
};

template <class T>
inline constexpr bool is_shown_text = false;
template <std::size_t CharactersMax>
inline constexpr bool is_shown_text<ShownText<CharactersMax>> = true;

}  // namespace ticketing
