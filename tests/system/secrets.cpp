#include "system/secrets.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <span>

#include "common/base/text.hpp"
#include "delivery/reading/test_pdf.hpp"
#include "delivery/reading/test_sheet.hpp"
#include "system/deliveries.hpp"

namespace ticketing::system {
namespace {

namespace reading = delivery::reading;

std::string in_hex(const std::string& piece, std::string_view digits) {
  std::string hex;
  for (const char byte : piece) {
    const auto value = static_cast<unsigned char>(byte);
    hex += digits[value / 16];
    hex += digits[value % 16];
  }
  return hex;
}

// In base64 three bytes are four characters, and a piece may begin at any of the three: without
// its ends it is the same in all that has it.
std::vector<std::string> forms_of(const std::string& piece) {
  std::vector<std::string> forms{piece, in_hex(piece, "0123456789abcdef"),
                                 in_hex(piece, "0123456789ABCDEF")};
  for (std::size_t skipped = 0; skipped < 3; ++skipped) {
    const std::string whole = piece.substr(skipped, (piece.size() - skipped) / 3 * 3);
    std::string base64 = to_base64url(std::as_bytes(std::span(whole)));
    forms.push_back(base64);
    std::ranges::replace(base64, '-', '+');
    std::ranges::replace(base64, '_', '/');
    forms.push_back(std::move(base64));
  }
  return forms;
}

// As mails break lines, also those of quoted-printable, which end in '='.
std::string on_one_line(std::string_view bytes) {
  std::string line;
  line.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const std::string_view next = bytes.substr(at + 1, 2);
    const bool is_soft_end = bytes[at] == '=' && (next.starts_with('\n') || next == "\r\n");
    if (!is_soft_end && bytes[at] != '\r' && bytes[at] != '\n') line += bytes[at];
  }
  return line;
}

}  // namespace

std::vector<std::string> Secret::pieces() const {
  if (mark.empty()) return {code};
  return {code, mark};
}

Secret typed_secret(const std::string& name) { return {.code = "7381-0027-TYPED-" + name}; }

Secret secret_pdf(const std::string& name) {
  Secret secret{.code = "7381-0027-DRAWN-" + name, .mark = "the mark of the file " + name};
  secret.pdf = reading::with_comment(
      reading::sheet::pdf_of(reading::CodeFormat::qr, secret.code, reading::sheet::Place::upright),
      secret.mark);
  return secret;
}

void give(Person& seller, const std::string& ticket_id, const Secret& secret) {
  const Answer answer = secret.pdf.empty()
                            ? put_code(seller, ticket_id,
                                       fmt::format(R"({{"format":"qr","text":"{}"}})", secret.code))
                            : put_file(seller, ticket_id, secret.pdf);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(text_at(answer, "state"), "ready") << answer.body;
  EXPECT_EQ(text_at(answer, "barcodes"), "1") << answer.body;
}

std::vector<std::string> found_in(std::string_view bytes, const std::vector<std::string>& pieces) {
  const std::string line = on_one_line(bytes);
  std::vector<std::string> found;
  for (const std::string& piece : pieces) {
    const bool is_there = std::ranges::any_of(forms_of(piece), [&](const std::string& form) {
      return bytes.find(form) != std::string_view::npos || line.find(form) != std::string::npos;
    });
    if (is_there) found.push_back(piece);
  }
  return found;
}

}  // namespace ticketing::system
