#include "notifications/mail/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace ticketing::notifications::mail {
namespace {

using testing::HasSubstr;

TEST(Message, HasWhatEveryMailNeeds) {
  const std::string mime = to_mime({.id = "abc@shop.example",
                                    .from = "Tickets <shop@shop.example>",
                                    .to = "ada@example.com",
                                    .subject = "A new password",
                                    .text = "Hello\n",
                                    .html = "<p>Hello</p>",
                                    .date = Timestamp{std::chrono::seconds{1'795'798'800}}});
  for (const char* line :
       {"From: Tickets <shop@shop.example>\r\n", "To: <ada@example.com>\r\n",
        "Subject: A new password\r\n", "Date: Fri, 27 Nov 2026 17:00:00 +0000\r\n",
        "Message-ID: <abc@shop.example>\r\n", "Auto-Submitted: auto-generated\r\n",
        "Content-Type: text/plain; charset=utf-8\r\n", "Content-Type: text/html; charset=utf-8\r\n",
        "\r\n\r\nHello\r\n", "<p>Hello</p>"}) {
    EXPECT_THAT(mime, HasSubstr(line));
  }
}

TEST(Message, HasShortLinesOfAscii) {
  std::string text = "An address: https://shop.example/reset?token=";
  for (int i = 0; i < 300; ++i) text += "ÄÖ x=";
  const std::string mime = to_mime({.id = "abc@shop.example",
                                    .from = "shop@shop.example",
                                    .to = "ada@example.com",
                                    .subject = std::string(40, 'x') + " für Łódź und Zürich und "
                                                                      "noch viele andere Städte",
                                    .text = text,
                                    .html = text,
                                    .date = {}});
  for (std::size_t at = 0; at < mime.size();) {
    const std::size_t end = mime.find("\r\n", at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end - at, 78U) << mime.substr(at, end - at);
    at = end + 2;
  }
  EXPECT_TRUE(std::ranges::all_of(
      mime, [](char c) { return (c >= 32 && c < 127) || c == '\r' || c == '\n'; }));
}

TEST(Message, QuotesWhatIsNotPlain) {
  EXPECT_EQ(to_quoted_printable("a=b"), "a=3Db");
  EXPECT_EQ(to_quoted_printable("ü"), "=C3=BC");
  EXPECT_EQ(to_quoted_printable("end \nnext"), "end=20\r\nnext");
  EXPECT_EQ(to_header_text("plain"), "plain");
  EXPECT_EQ(to_header_text("für"), "=?UTF-8?Q?=66=C3=BC=72?=");
  EXPECT_EQ(to_header_text("a\r\nBcc: b").find("\r\nBcc"), std::string::npos);
}

}  // namespace
}  // namespace ticketing::notifications::mail
