// Unicode text as people type it: one form for one text, and what can be seen of it. Everything
// here takes well-formed UTF-8 (is_utf8 in text.hpp).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ticketing {

// Canonical composition (NFC, UAX #15): "e" and a combining accent become "é".
std::string to_nfc(std::string_view text);
// Lower case by Unicode's rules, independent of a language, in NFC.
std::string to_lower(std::string_view text);
// Without white space of any script at the ends.
std::string_view trim_unicode(std::string_view text);

// Whether it has a visible character: not only white space, fillers and characters of no width.
bool has_visible_character(std::string_view text);
// Whether it contains what makes text look different from what it is: control characters, line and
// paragraph separators, direction overrides, embeddings and isolates, noncharacters. Joiners (as
// in emoji) and direction marks (as in mixed Hebrew and English) are none of these.
bool has_deceptive_character(std::string_view text);
// Whether it contains a character that shows nothing and does nothing to its neighbours, so that
// text can be hidden in it: tags, fillers, soft hyphens, and those of the following where they have
// no such neighbour or are repeated. Fine are: a joiner or a variation selector after a visible
// character, the tags of the flag of a region, and up to `direction_marks_max` direction marks in
// text that has a letter of a script that is written from right to left.
inline constexpr int direction_marks_max = 8;
bool has_hidden_character(std::string_view text);
// Whether it begins with a combining mark, or a character has more of them than `marks_max`: they
// would cover the lines above and below. Languages need up to four.
inline constexpr int marks_max = 4;
bool has_too_many_marks(std::string_view text);
// Whether it contains anything that cannot be seen, joiners and white space included. For
// identifiers, where two that look alike must be one.
bool has_invisible_character(std::string_view text);

// The longest prefix of at most `bytes_max` bytes that does not end within a character.
std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max);
// As append_json_escaped(), and characters that a terminal does not show as themselves are escaped,
// too: controls (also C1), direction marks and overrides, separators of lines, other invisible
// ones.
void append_json_plain(std::string& out, std::string_view text);

// A domain name in the one form that all its spellings share: ASCII, lower case, xn-- labels
// (IDNA 2008 with the mapping of UTS #46). Nothing when it has no such form.
std::optional<std::string> domain_to_ascii(std::string_view domain);

}  // namespace ticketing
