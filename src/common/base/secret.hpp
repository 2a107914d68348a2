// The secrets of the configuration: texts that are hard to guess, and keys.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/config.hpp"

namespace ticketing {

// A rough measure: it finds carelessly typed text, not every text that a person chose. True for few
// different characters, or less than 72 bits by the frequencies of its own characters. 32 random
// hexadecimal digits have about 110.
bool is_easy_to_guess(std::string_view secret);

// The value of the variable `name`, empty when it is unset. One of less than 16 characters is a
// fault, and in production also one that is easy to guess.
std::string read_secret(Environment& environment, const std::string& name);

inline constexpr std::size_t secret_key_bytes = 32;

// The bytes of a key that a text of base64 holds, with either alphabet; nothing when it holds
// others.
std::optional<std::string> secret_key_from(std::string_view base64);

// The key in the variable `name`, empty when it is unset. Any other text than a key is a fault.
std::string read_secret_key(Environment& environment, const std::string& name);

}  // namespace ticketing
