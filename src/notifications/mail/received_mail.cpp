#include "notifications/mail/received_mail.hpp"

#include <charconv>

namespace ticketing::notifications::mail {
namespace {

constexpr std::string_view line_end = "\r\n";

// What stands between the two, from `from` on; nothing when one of them is missing.
std::optional<std::string_view> between(std::string_view text, std::string_view begin,
                                        std::string_view end, std::size_t from = 0) {
  const std::size_t at = text.find(begin, from);
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t start = at + begin.size(), stop = text.find(end, start);
  if (stop == std::string_view::npos) return std::nullopt;
  return text.substr(start, stop - start);
}

// A header with the lines that continue it.
std::string header(std::string_view head, const std::string& name) {
  const std::string begin = "\r\n" + name + ": ";
  std::size_t at = head.find(begin);
  if (at == std::string_view::npos) return "";
  at += begin.size();
  std::size_t end = head.find(line_end, at);
  while (end != std::string_view::npos && head.substr(end + 2).starts_with(' '))
    end = head.find(line_end, end + 2);
  return std::string(head.substr(at, end - at));
}

// The part of this type, decoded.
std::optional<std::string> part(std::string_view mime, const std::string& boundary,
                                std::string_view type) {
  const std::string begin = "--" + boundary + "\r\nContent-Type: " + std::string(type);
  const std::size_t at = mime.find(begin);
  if (at == std::string_view::npos) return std::nullopt;
  const auto content = between(mime, "\r\n\r\n", "\r\n--" + boundary, at);
  if (!content) return std::nullopt;
  return from_quoted_printable(*content);
}

// The byte of "=C3"; nothing when it is none.
std::optional<char> escaped_byte(std::string_view text) {
  unsigned int byte = 0;
  if (text.size() < 3) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + 3, byte, 16);
  if (error != std::errc{} || end != text.data() + 3) return std::nullopt;
  return static_cast<char>(byte);
}

}  // namespace

std::string from_quoted_printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const bool is_break = text.starts_with("=\r\n"), is_line = text.starts_with(line_end);
    const auto byte = text.starts_with('=') ? escaped_byte(text) : std::nullopt;
    if (is_line) {
      out += '\n';
    } else if (byte) {
      out += *byte;
    } else if (!is_break) {
      out += text.front();
    }
    text.remove_prefix(is_break || byte ? 3 : is_line ? 2 : 1);
  }
  return out;
}

std::string from_header_text(std::string_view text) {
  std::string out;
  while (const auto word = between(text, "=?UTF-8?Q?", "?=")) {
    out += from_quoted_printable(*word);
    text.remove_prefix(static_cast<std::size_t>(word->data() - text.data()) + word->size() + 2);
  }
  return out.empty() ? std::string(text) : out;
}

std::optional<ReceivedMail> from_mime(std::string_view mime) {
  const std::string_view head = mime.substr(0, mime.find("\r\n\r\n"));
  const auto boundary = between(head, "boundary=\"", "\"");
  if (!boundary) return std::nullopt;
  auto text = part(mime, std::string(*boundary), "text/plain");
  auto html = part(mime, std::string(*boundary), "text/html");
  if (!text || !html) return std::nullopt;
  return ReceivedMail{.to = header(head, "To"),
                      .date = header(head, "Date"),
                      .subject = from_header_text(header(head, "Subject")),
                      .text = *std::move(text),
                      .html = *std::move(html)};
}

}  // namespace ticketing::notifications::mail
