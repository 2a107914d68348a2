// Text in the form in which it is compared when people search. Takes well-formed UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace ticketing {

// Letters and digits alone, in lower case, without marks and compatibility forms: "Łódź" becomes
// "lodz", "Straße" "strasse", "Ｒｏｃｋ" "rock". What stands between them becomes one character: a
// space if it contains white space, else a hyphen: "AC/DC – live!" becomes "ac-dc live".
std::string to_folded(std::string_view text);

std::u32string to_code_points(std::string_view text);

}  // namespace ticketing
