#include "common/base/id.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace ticketing {

std::string IdGenerator::next() {
  std::array<std::byte, 10> noise;
  random_.fill(noise);
  const auto now = static_cast<std::uint64_t>(to_millis(clock_.now()));
  if (now > last_ms_) {
    last_ms_ = now;
    // Start low enough that thousands more fit into this millisecond.
    sequence_ = static_cast<std::uint16_t>(noise[8]);
  } else if (++sequence_ > 0x0fff) {
    ++last_ms_;
    sequence_ = 0;
  }

  std::array<std::uint8_t, 16> bytes;
  for (int i = 0; i < 6; ++i)
    bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(last_ms_ >> (40 - 8 * i));
  bytes[6] = static_cast<std::uint8_t>(0x70 | (sequence_ >> 8));
  bytes[7] = static_cast<std::uint8_t>(sequence_);
  for (std::size_t i = 0; i < 8; ++i) bytes[8 + i] = static_cast<std::uint8_t>(noise[i]);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);

  constexpr std::string_view hex = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text.push_back('-');
    text.push_back(hex[bytes[i] >> 4]);
    text.push_back(hex[bytes[i] & 15]);
  }
  return text;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

std::optional<Timestamp> time_of_id(std::string_view id) {
  if (!is_uuid(id) || id[14] != '7') return std::nullopt;
  const std::string hex = std::string(id.substr(0, 8)) + std::string(id.substr(9, 4));
  std::int64_t ms = 0;
  std::from_chars(hex.data(), hex.data() + hex.size(), ms, 16);
  return from_millis(ms);
}

}  // namespace ticketing
