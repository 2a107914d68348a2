// Fingerprints of text.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace ticketing {

// SHA-256 in lower-case hex.
std::string sha256_hex(std::string_view text);
// HMAC of SHA-256 (RFC 2104), under a key of any length.
std::string hmac_sha256(std::string_view key, std::string_view text);
// BLAKE2b under a key of at most 64 bytes: only a holder of the key can compute it.
std::array<std::byte, 32> keyed_digest(std::span<const std::byte> key, std::string_view text);
// Whether two texts are equal, in time that depends on their lengths alone.
bool equals_in_constant_time(std::string_view a, std::string_view b);

}  // namespace ticketing
