#include "common/base/shown_text.hpp"

#include <fmt/format.h>

#include "common/base/codes.hpp"
#include "common/base/text.hpp"
#include "common/base/text_unicode.hpp"

namespace ticketing {

std::optional<Fault> shown_text_fault(std::string_view text, std::size_t characters_max) {
  if (text.empty()) return Fault{codes::empty(), "must not be empty"};
  if (utf8_length(text) > characters_max) {
    return Fault{codes::too_long(characters_max),
                 fmt::format("must have at most {} characters", characters_max)};
  }
  if (has_deceptive_character(text)) {
    return Fault{codes::bad_characters(),
                 "must not contain line breaks, direction overrides or control characters"};
  }
  if (has_too_many_marks(text)) {
    return Fault{codes::bad_characters(),
                 fmt::format("must not have more than {} marks on one character", marks_max)};
  }
  if (!has_visible_character(text))
    return Fault{codes::empty(), "must have at least one visible character"};
  if (has_hidden_character(text))
    return Fault{codes::invisible_character(), "must not contain characters that cannot be seen"};
  return std::nullopt;
}

}  // namespace ticketing
