// Whether a configured secret is hard to guess. A rough measure: it finds carelessly typed text,
// not every text that a person chose.
#pragma once

#include <string>
#include <string_view>

#include "common/base/config.hpp"

namespace ticketing {

// Few different characters, or less than 72 bits by the frequencies of its own characters. 32
// random hexadecimal digits have about 110.
bool is_easy_to_guess(std::string_view secret);

// The value of the variable `name`, empty when it is unset. One of less than 16 characters is a
// fault, and in production also one that is easy to guess.
std::string read_secret(Environment& environment, const std::string& name);

}  // namespace ticketing
