// A fingerprint of some text: SHA-256 in lower-case hex.
#pragma once

#include <string>
#include <string_view>

namespace ticketing {

std::string sha256_hex(std::string_view text);
// Whether two texts are equal, in time that depends on their lengths alone.
bool equals_in_constant_time(std::string_view a, std::string_view b);

}  // namespace ticketing
