// A mail as it is read again: what message.hpp has written. No I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ticketing::notifications::mail {

struct ReceivedMail {
  std::string to;
  std::string date;
  std::string subject;
  std::string text;
  std::string html;
};

// Nothing when it is not one of ours.
std::optional<ReceivedMail> from_mime(std::string_view mime);

std::string from_quoted_printable(std::string_view text);
std::string from_header_text(std::string_view text);

}  // namespace ticketing::notifications::mail
