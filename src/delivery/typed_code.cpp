#include "delivery/typed_code.hpp"

#include <algorithm>

#include "common/base/assert.hpp"

namespace ticketing::delivery {
namespace {

// The largest symbol of each format with the least error correction, by the standards of the
// formats. `dense` are the characters besides digits that are packed more densely than bytes.
struct Format {
  std::size_t digits;
  std::string_view dense;
  std::size_t dense_characters;
  std::size_t bytes;
};

constexpr std::string_view letters_and_blank = "ABCDEFGHIJKLMNOPQRSTUVWXYZ ";
constexpr std::string_view with_digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ ";
constexpr std::string_view of_qr = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

// A Code 128 has no largest size: no scanner takes in more bars at once than those of 80
// characters.
constexpr Format limits_of(reading::CodeFormat format) {
  switch (format) {
    case reading::CodeFormat::qr: return {7'089, of_qr, 4'296, 2'953};
    case reading::CodeFormat::aztec: return {3'832, letters_and_blank, 3'067, 1'914};
    case reading::CodeFormat::pdf417: return {2'710, letters_and_blank, 1'850, 1'108};
    case reading::CodeFormat::code128: return {80, "", 80, 80};
    case reading::CodeFormat::datamatrix: return {3'116, with_digits, 2'335, 1'555};
  }
  assertion_failed("an unknown format of codes", __FILE__, __LINE__);
}

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

bool is_made_of(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

}  // namespace

CodeCapacity capacity_of(reading::CodeFormat format, std::string_view text) {
  const Format limits = limits_of(format);
  const bool takes = format != reading::CodeFormat::code128 || std::ranges::all_of(text, is_ascii);
  if (is_made_of(text, "0123456789")) return {.takes = takes, .characters = limits.digits};
  if (is_made_of(text, limits.dense))
    return {.takes = takes, .characters = limits.dense_characters};
  return {.takes = takes, .characters = limits.bytes};
}

}  // namespace ticketing::delivery
