// Whether a configured secret is one. A rough measure: it finds what a person typed in a hurry, not
// everything that a person chose.
#pragma once

#include <string>
#include <string_view>

namespace ticketing {

// Few different characters, or less than 72 bits by the frequencies of its own characters. 32
// random hexadecimal digits have about 110.
bool is_easy_to_guess(std::string_view secret);
// The sentence that refuses the variable `name` for it; says how to make a good one.
std::string easy_to_guess(std::string_view name);

}  // namespace ticketing
