#include "notifications/mail/message.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "common/base/digest.hpp"
#include "common/base/text_unicode.hpp"

namespace ticketing::notifications::mail {
namespace {

constexpr std::size_t line_characters_max = 76;

bool is_plain(char c) { return (c >= 33 && c <= 126 && c != '=') || c == ' ' || c == '\t'; }

std::string escaped(char c) { return fmt::format("={:02X}", static_cast<unsigned char>(c)); }

}  // namespace

std::string to_mail_date(Timestamp time) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000",
                     std::chrono::floor<std::chrono::seconds>(time));
}

std::string to_quoted_printable(std::string_view text) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') {
      out += "\r\n";
      column = 0;
      continue;
    }
    const bool ends_line = i + 1 == text.size() || text[i + 1] == '\n';
    const bool is_space = text[i] == ' ' || text[i] == '\t';
    const std::string piece =
        is_plain(text[i]) && !(is_space && ends_line) ? std::string(1, text[i]) : escaped(text[i]);
    if (column + piece.size() >= line_characters_max) {
      out += "=\r\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
  }
  return out;
}

std::string to_header_text(std::string_view text) {
  if (std::ranges::all_of(text, [](char c) { return c >= 32 && c <= 126; }))
    return std::string(text);
  std::string words;
  while (!text.empty()) {
    // An encoded word has at most 75 characters and holds whole characters of the text.
    const std::string_view part = utf8_prefix(text, 18);
    text.remove_prefix(part.size());
    std::string word;
    for (const char c : part) word += escaped(c);
    words += (words.empty() ? "" : "\r\n ") + fmt::format("=?UTF-8?Q?{}?=", word);
  }
  return words;
}

std::string to_mime(const Message& message) {
  const std::string boundary = "part-" + sha256_hex(message.id).substr(0, 32);
  const auto part = [&](std::string_view type, std::string_view content) {
    return fmt::format(
        "--{}\r\nContent-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: "
        "quoted-printable\r\n\r\n{}\r\n",
        boundary, type, to_quoted_printable(content));
  };
  return fmt::format(
      "From: {}\r\nTo: <{}>\r\nSubject: {}\r\nDate: {}\r\nMessage-ID: <{}>\r\n"
      "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
      "Content-Type: multipart/alternative;\r\n boundary=\"{}\"\r\n\r\n{}{}--{}--\r\n",
      message.from, message.to, to_header_text(message.subject), to_mail_date(message.date),
      message.id, boundary, part("text/plain", message.text), part("text/html", message.html),
      boundary);
}

}  // namespace ticketing::notifications::mail
