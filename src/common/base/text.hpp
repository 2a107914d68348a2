// Text as it crosses wires: UTF-8 checks, JSON escaping, hex and base64url.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ticketing {

// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing past U+10FFFF.
bool is_utf8(std::string_view text);
// Characters (code points) in well-formed UTF-8.
std::size_t utf8_length(std::string_view text);
// Without leading and trailing ASCII white space.
std::string_view trim(std::string_view text);
// ASCII letters lowered; everything else as it is.
std::string to_lower_ascii(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);

// Appends `text` as the inside of a JSON string (RFC 8259 §7). Bytes that are not UTF-8 become
// U+FFFD.
void append_json_escaped(std::string& out, std::string_view text);

std::string to_hex(std::span<const std::byte> bytes);
// RFC 4648 §5, without padding.
std::string to_base64url(std::span<const std::byte> bytes);
std::optional<std::string> from_base64url(std::string_view text);

// Percent-decoding of one URL component; nothing when an escape is malformed. '+' stays '+' unless
// `plus_is_space`.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);
// Everything but letters, digits and "-._~" as escapes (RFC 3986 §2.3).
std::string percent_encode(std::string_view text);

}  // namespace ticketing
