// What is configured for notifications.
#pragma once

#include <string>

#include "common/base/config.hpp"

namespace ticketing::notifications {

struct Settings {
  std::string smtp_url;  // empty: mails are files in `folder`
  std::string smtp_ca_file;
  bool needs_tls = false;
  std::string folder = "./data/mail";
  bool has_pages = false;  // that show the folder
  std::string from = "Tickets <tickets@localhost>";
  std::string site = "http://localhost:3000";  // without a slash at its end
  std::string mail_key;                        // bytes; empty: the one that the shape keeps
};

// In production SMTP_URL, MAIL_FROM and SITE_URL must be set.
Settings read_settings(Environment& environment);
std::string settings_help();

}  // namespace ticketing::notifications
