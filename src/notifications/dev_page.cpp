#include "notifications/dev_page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "notifications/html.hpp"

namespace ticketing::notifications {
namespace {

std::string page(std::string_view title, std::string_view body) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>{0}</title><style>"
      "body{{font-family:sans-serif;line-height:1.5;max-width:48rem;margin:1rem auto;"
      "padding:0 1rem}}"
      "pre{{white-space:pre-wrap;overflow-wrap:anywhere}}td,th{{text-align:left;padding:.25rem "
      "1rem .25rem 0;overflow-wrap:anywhere}}iframe{{width:100%;height:28rem;border:1px solid}}"
      "</style></head>\n<body><h1>{0}</h1>\n{1}</body></html>\n",
      escape_html(title), body);
}

// Each line that is an address becomes a link.
std::string with_links(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const bool is_link = line.starts_with("https://") || line.starts_with("http://");
    out += is_link ? fmt::format("<a href=\"{0}\">{0}</a>\n", escape_html(line))
                   : escape_html(line) + "\n";
  }
  return out;
}

}  // namespace

std::string list_page(const std::vector<mail::StoredMail>& mails) {
  if (mails.empty()) return page("Mails", "<p>No mail was written yet.</p>\n");
  std::string rows;
  for (const auto& [name, mail] : mails) {
    rows += fmt::format("<tr><td>{}</td><td>{}</td><td><a href=\"/dev/mail/{}\">{}</a></td></tr>\n",
                        escape_html(mail.date), escape_html(mail.to), escape_html(name),
                        escape_html(mail.subject));
  }
  return page("Mails",
              fmt::format("<p>They are files, and sent to no mail server.</p>\n<table><thead><tr>"
                          "<th>Date</th><th>To</th><th>Subject</th></tr></thead><tbody>\n{}"
                          "</tbody></table>\n",
                          rows));
}

std::string mail_page(const std::string& name, const mail::ReceivedMail& mail) {
  return page(mail.subject,
              fmt::format("<p><a href=\"/dev/mail\">All mails</a></p>\n<p>To {}, {}</p>\n"
                          "<h2>Text</h2>\n<pre>{}</pre>\n<h2>HTML</h2>\n<iframe sandbox "
                          "title=\"The mail as HTML\" src=\"/dev/mail/{}/html\"></iframe>\n",
                          escape_html(mail.to), escape_html(mail.date), with_links(mail.text),
                          escape_html(name)));
}

}  // namespace ticketing::notifications
