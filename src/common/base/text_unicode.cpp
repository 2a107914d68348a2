#include "common/base/text_unicode.hpp"

#include <fmt/format.h>
#include <idn2.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#include "common/base/text.hpp"

namespace ticketing {
namespace {

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};

const std::uint8_t* bytes(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// What libunistring allocated, as a string.
std::string take(std::uint8_t* memory, std::size_t length) {
  const std::unique_ptr<std::uint8_t, Free> owned(memory);
  if (!owned) throw std::bad_alloc();
  return {reinterpret_cast<const char*>(memory), length};
}

// The first character and its length in bytes. What is malformed counts as U+FFFD.
struct Character {
  ucs4_t code;
  std::size_t length;
};
Character first_of(std::string_view text) {
  ucs4_t code = 0;
  const int length = u8_mbtouc(&code, bytes(text), text.size());
  return {.code = code, .length = static_cast<std::size_t>(length)};
}

template <class Predicate>
bool any_character(std::string_view text, Predicate predicate) {
  while (!text.empty()) {
    const Character character = first_of(text);
    if (predicate(character.code)) return true;
    text.remove_prefix(character.length);
  }
  return false;
}

bool is_control(ucs4_t code) { return code < 0x20 || (code >= 0x7f && code < 0xa0); }

// U+2800 is a pattern of Braille without dots; no property of it shows that.
bool is_invisible(ucs4_t code) {
  constexpr ucs4_t blank_braille = 0x2800;
  return is_control(code) || code == blank_braille || uc_is_property_white_space(code) ||
         uc_is_property_default_ignorable_code_point(code) ||
         uc_is_property_not_a_character(code) || uc_is_general_category(code, UC_FORMAT) ||
         uc_is_general_category(code, UC_SEPARATOR);
}

bool is_deceptive(ucs4_t code) {
  const bool separates_lines = code == 0x2028 || code == 0x2029;
  const bool embeds_or_overrides = code >= 0x202a && code <= 0x202e;
  const bool isolates = code >= 0x2066 && code <= 0x2069;
  return is_control(code) || separates_lines || embeds_or_overrides || isolates ||
         uc_is_property_not_a_character(code);
}

bool is_direction_mark(ucs4_t code) { return code == 0x200e || code == 0x200f || code == 0x061c; }

// What a character that cannot be seen may do to its neighbours.
enum class Role { seen, parts, joins, varies, directs, tags, hides };
Role role_of(ucs4_t code) {
  if (code == 0x200c || code == 0x200d) return Role::joins;
  if (is_direction_mark(code)) return Role::directs;
  if (uc_is_property_variation_selector(code)) return Role::varies;
  if (code >= 0xe0020 && code <= 0xe007f) return Role::tags;
  if (code == 0x2800 || uc_is_property_default_ignorable_code_point(code)) return Role::hides;
  return uc_is_property_white_space(code) ? Role::parts : Role::seen;
}

// The marks themselves have a direction, too.
bool is_letter_from_right_to_left(ucs4_t code) {
  const int direction = uc_bidi_category(code);
  return !is_direction_mark(code) && (direction == UC_BIDI_R || direction == UC_BIDI_AL);
}

bool is_combining_mark(ucs4_t code) {
  return !uc_is_property_variation_selector(code) &&
         (uc_is_general_category(code, UC_NON_SPACING_MARK) ||
          uc_is_general_category(code, UC_ENCLOSING_MARK));
}

// The bytes of the tags that make a flag of a region of the black flag before them: two to six
// letters or digits, then the end (UTS #51, ED-14a). 0: they make none.
std::size_t length_of_flag_tags(std::string_view text) {
  constexpr ucs4_t end_of_tags = 0xe007f;
  std::size_t length = 0;
  for (int count = 0; count <= 6 && length < text.size(); ++count) {
    const Character character = first_of(text.substr(length));
    length += character.length;
    const ucs4_t code = character.code;
    if (code == end_of_tags) return count >= 2 ? length : 0;
    const bool is_letter = code >= 0xe0061 && code <= 0xe007a;
    if (!is_letter && (code < 0xe0030 || code > 0xe0039)) return 0;
  }
  return 0;
}

}  // namespace

std::string to_nfc(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  std::size_t length = 0;
  std::uint8_t* composed = u8_normalize(UNINORM_NFC, bytes(text), text.size(), nullptr, &length);
  return take(composed, length);
}

std::string to_lower(std::string_view text) {
  if (is_ascii(text)) return to_lower_ascii(text);
  std::size_t length = 0;
  std::uint8_t* lowered =
      u8_tolower(bytes(text), text.size(), nullptr, UNINORM_NFC, nullptr, &length);
  return take(lowered, length);
}

std::string_view trim_unicode(std::string_view text) {
  while (!text.empty()) {
    const Character character = first_of(text);
    if (!uc_is_property_white_space(character.code)) break;
    text.remove_prefix(character.length);
  }
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = first_of(text.substr(at));
    at += character.length;
    if (!uc_is_property_white_space(character.code)) end = at;
  }
  return text.substr(0, end);
}

bool has_visible_character(std::string_view text) {
  return any_character(text, [](ucs4_t code) { return !is_invisible(code); });
}

bool has_deceptive_character(std::string_view text) { return any_character(text, is_deceptive); }

bool has_invisible_character(std::string_view text) { return any_character(text, is_invisible); }

bool has_hidden_character(std::string_view text) {
  constexpr ucs4_t black_flag = 0x1f3f4;
  const bool needs_direction = any_character(text, is_letter_from_right_to_left);
  int direction_marks = 0;
  Role before = Role::hides;  // nothing
  ucs4_t code_before = 0;
  while (!text.empty()) {
    const Character character = first_of(text);
    const Role role = role_of(character.code);
    std::size_t length = character.length;
    switch (role) {
      case Role::seen:
      case Role::parts: break;
      case Role::varies:
        if (before != Role::seen) return true;
        break;
      case Role::joins:
        if (before != Role::seen && before != Role::varies) return true;
        break;
      case Role::directs:
        if (!needs_direction || before == Role::directs) return true;
        if (++direction_marks > direction_marks_max) return true;
        break;
      case Role::tags:
        length = code_before == black_flag ? length_of_flag_tags(text) : 0;
        if (length == 0) return true;
        break;
      case Role::hides: return true;
    }
    text.remove_prefix(length);
    before = role == Role::tags ? Role::seen : role;
    code_before = character.code;
  }
  return false;
}

bool has_too_many_marks(std::string_view text) {
  int marks = marks_max;  // there is no character yet that could have any
  return any_character(text, [&marks](ucs4_t code) {
    marks = is_combining_mark(code) ? marks + 1 : 0;
    return marks > marks_max;
  });
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  std::size_t end = bytes_max;
  // A character has four bytes at most; what is longer is malformed.
  while (end > 0 && bytes_max - end < 4 && continues(text[end])) --end;
  return text.substr(0, end);
}

void append_json_plain(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const Character character = first_of(text);
    const ucs4_t code = character.code;
    if (code < 0x20 || code == ' ' || !is_invisible(code)) {
      append_json_escaped(out, text.substr(0, character.length));
    } else if (code < 0x10000) {
      out += fmt::format("\\u{:04x}", code);
    } else {  // as a pair of surrogates (RFC 8259 §7)
      out += fmt::format("\\u{:04x}\\u{:04x}", 0xd7c0 + (code >> 10), 0xdc00 + (code & 0x3ff));
    }
    text.remove_prefix(character.length);
  }
}

std::optional<std::string> domain_to_ascii(std::string_view domain) {
  if (domain.contains('\0')) return std::nullopt;
  std::string lowered = to_lower(domain);
  // The rules of IDNA 2008 refuse names that the DNS has ("r1---a.example"), so they are asked only
  // about those that are not ASCII already.
  if (is_ascii(lowered)) return lowered;
  char* ascii = nullptr;
  if (idn2_to_ascii_8z(lowered.c_str(), &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK) {
    return std::nullopt;
  }
  const std::unique_ptr<char, Free> owned(ascii);
  return std::string(ascii);
}

}  // namespace ticketing
