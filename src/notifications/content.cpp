#include "notifications/content.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "notifications/html.hpp"

namespace ticketing::notifications {
namespace {

std::string html_of(const Link& link) {
  const std::string url = escape_html(link.url);
  return fmt::format(
      "<p><a href=\"{0}\" style=\"display:inline-block;padding:12px 20px;border-radius:8px;"
      "background:#4338ca;color:#ffffff;text-decoration:none\">{1}</a></p>\n"
      "<p>If the button does not work, open this address:<br>{0}</p>\n",
      url, escape_html(link.words));
}

}  // namespace

Content reset_content(const std::string& site, const std::string& token) {
  return {.subject = "Choose a new password",
          .paragraphs = {"A new password was asked for, for the account of this address. To choose "
                         "one, open this page:",
                         "The link is good for 30 minutes, and once. A new password ends all your "
                         "sessions.",
                         "If you did not ask for it, do nothing: your password stays as it is."},
          .link = Link{.words = "Choose a new password", .url = site + "/reset?token=" + token}};
}

Content verify_content(const std::string& site, const std::string& token) {
  return {
      .subject = "Confirm your address",
      .paragraphs = {"An account was opened with this address. If it is yours, open this page "
                     "and press the button:",
                     "The link is good for 24 hours, and once.",
                     "If you did not open an account, do nothing: another person may have mistyped "
                     "theirs."},
      .link = Link{.words = "Confirm my address", .url = site + "/verify?token=" + token}};
}

Content password_changed_content(const std::string& site,
                                 const contracts::PasswordChanged& changed) {
  return {.subject = "Your password was changed",
          .paragraphs = {fmt::format("The password of your account was changed on {:%d %B %Y at "
                                     "%H:%M} UTC. If it was you, there is nothing to do.",
                                     std::chrono::floor<std::chrono::seconds>(changed.changed_at)),
                         "If it was not you, choose a new password now: that ends every session "
                         "of your account."},
          .link = Link{.words = "I did not do this", .url = site + "/forgot"}};
}

std::string to_text(const Content& content) {
  std::string text;
  for (const std::string& paragraph : content.paragraphs) {
    text += paragraph + "\n\n";
    if (content.link && &paragraph == &content.paragraphs.front())
      text += content.link->url + "\n\n";
  }
  text.pop_back();
  return text;
}

std::string to_html(const Content& content) {
  std::string body;
  for (const std::string& paragraph : content.paragraphs) {
    body += fmt::format("<p>{}</p>\n", escape_html(paragraph));
    if (content.link && &paragraph == &content.paragraphs.front()) body += html_of(*content.link);
  }
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head>\n"
      "<body style=\"font-family:sans-serif;line-height:1.5;max-width:36em;margin:0 auto;"
      "padding:16px\">\n{}</body></html>\n",
      escape_html(content.subject), body);
}

}  // namespace ticketing::notifications
