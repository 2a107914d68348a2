// Sends mails to an SMTP server by libcurl, one after the other, on a thread of its own that keeps
// the connection. The server's certificate and name are verified.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "notifications/mail/sender.hpp"

namespace ticketing::notifications::mail {

struct SmtpSettings {
  std::string url;      // smtp://user:password@host:587 (STARTTLS) or smtps://…
  std::string ca_file;  // PEM; empty: the system's authorities
  bool needs_tls = true;
  Milliseconds connect_timeout{10'000};
  Milliseconds total_timeout{30'000};
};

// What the last answer of a server means. `code` is its number, 0 when there was none.
Outcome outcome_of(long code, std::string_view line);

// Throws ConfigError when `ca_file` cannot be read.
std::unique_ptr<Sender> make_smtp_sender(const SmtpSettings& settings);

}  // namespace ticketing::notifications::mail
