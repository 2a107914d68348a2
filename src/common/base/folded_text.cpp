#include "common/base/folded_text.hpp"

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

namespace ticketing {
namespace {

using Memory = std::unique_ptr<std::uint8_t, decltype([](std::uint8_t* m) { std::free(m); })>;

const std::uint8_t* utf8_bytes(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

// Letters that have no decomposition and are typed without their stroke, or as two letters.
struct Plain {
  ucs4_t letter;
  std::string_view plain;
};
constexpr std::array<Plain, 13> plain_letters{{{0x142, "l"},
                                               {0x111, "d"},
                                               {0xf0, "d"},
                                               {0xf8, "o"},
                                               {0xe6, "ae"},
                                               {0x153, "oe"},
                                               {0x131, "i"},
                                               {0xfe, "th"},
                                               {0x127, "h"},
                                               {0x167, "t"},
                                               {0x14b, "n"},
                                               {0x180, "b"},
                                               {0x1e5, "g"}}};

void append_character(std::string& out, ucs4_t code) {
  for (const Plain& one : plain_letters) {
    if (one.letter == code) {
      out += one.plain;
      return;
    }
  }
  if (uc_is_general_category(code, UC_DECIMAL_DIGIT_NUMBER)) {
    out += static_cast<char>('0' + uc_decimal_value(code));
    return;
  }
  std::array<std::uint8_t, 6> encoded{};
  const int length = u8_uctomb(encoded.data(), code, encoded.size());
  out.append(reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(length));
}

}  // namespace

std::string to_folded(std::string_view text) {
  if (text.empty()) return {};
  std::size_t length = 0;
  const Memory memory(
      u8_casefold(utf8_bytes(text), text.size(), nullptr, UNINORM_NFKD, nullptr, &length));
  if (!memory) throw std::bad_alloc();
  std::string folded;
  char between = '\0';  // what separates the next letter from the one before
  for (std::size_t at = 0; at < length;) {
    ucs4_t code = 0;
    at += static_cast<std::size_t>(u8_mbtouc(&code, memory.get() + at, length - at));
    if (uc_is_general_category(code, UC_MARK)) continue;
    const bool is_kept =
        uc_is_general_category(code, UC_LETTER) || uc_is_general_category(code, UC_NUMBER);
    if (!is_kept) {
      if (uc_is_property_white_space(code)) between = ' ';
      if (between == '\0') between = '-';
      continue;
    }
    if (between != '\0' && !folded.empty()) folded += between;
    between = '\0';
    append_character(folded, code);
  }
  return folded;
}

std::u32string to_code_points(std::string_view text) {
  std::u32string points;
  while (!text.empty()) {
    ucs4_t code = 0;
    text.remove_prefix(static_cast<std::size_t>(u8_mbtouc(&code, utf8_bytes(text), text.size())));
    points.push_back(static_cast<char32_t>(code));
  }
  return points;
}

}  // namespace ticketing
