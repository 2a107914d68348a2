// A mail as it is sent: RFC 5322 with a part of plain text and one of HTML. No I/O.
#pragma once

#include <string>
#include <string_view>

#include "common/base/clock.hpp"

namespace ticketing::notifications::mail {

struct Message {
  std::string id;       // of Message-ID, the same at every attempt: "local@domain"
  std::string user_id;  // whom it is for; not in the mail
  std::string from;
  std::string to;
  std::string subject;
  std::string text;
  std::string html;
  Timestamp date;
};

// Lines end with CRLF and have at most 78 characters of ASCII.
std::string to_mime(const Message& message);

// "Fri, 27 Nov 2026 17:00:00 +0000"
std::string to_mail_date(Timestamp time);
// RFC 2045 §6.7.
std::string to_quoted_printable(std::string_view text);
// As a header takes it: as it is, or as encoded words (RFC 2047).
std::string to_header_text(std::string_view text);

}  // namespace ticketing::notifications::mail
