// What an owner recognizes a browser by. No I/O.
#pragma once

#include <string>
#include <string_view>

namespace ticketing::auth {

// "Firefox on Windows" of a User-Agent header, or the part of it that is known. Empty: neither is.
// Nothing of the header itself is in it, which a client writes as it likes.
std::string browser_name(std::string_view user_agent);

}  // namespace ticketing::auth
