// What mails say. Each is written once, as paragraphs, of which both forms are made: plain text and
// HTML. No I/O.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/auth_events.hpp"

namespace ticketing::notifications {

struct Link {
  std::string words;
  std::string url;
};

struct Content {
  std::string subject;
  std::vector<std::string> paragraphs;
  std::optional<Link> link = std::nullopt;  // after the first paragraph
};

// `site`: the address of the shop's pages, without a slash at its end. `token`: the one of the
// request.
Content reset_content(const std::string& site, const std::string& token);
Content verify_content(const std::string& site, const std::string& token);
Content password_changed_content(const std::string& site,
                                 const contracts::PasswordChanged& changed);

std::string to_text(const Content& content);
// Everything is escaped; nothing is loaded from elsewhere.
std::string to_html(const Content& content);

}  // namespace ticketing::notifications
