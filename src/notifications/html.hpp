// Text within HTML. No I/O.
#pragma once

#include <string>
#include <string_view>

namespace ticketing::notifications {

// For content and for attributes in quotes.
std::string escape_html(std::string_view text);

}  // namespace ticketing::notifications
