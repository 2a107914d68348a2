#include "notifications/mail/received_mail.hpp"

#include <gtest/gtest.h>

#include "notifications/mail/message.hpp"

namespace ticketing::notifications::mail {
namespace {

TEST(ReceivedMail, IsWhatWasWritten) {
  std::string long_line;
  for (int i = 0; i < 50; ++i) long_line += "“Łódź” = x ";
  const Message message{.id = "abc@shop.example",
                        .from = "Tickets <shop@shop.example>",
                        .to = "ada@example.com",
                        .subject = "Zürich, “Łódź” and a line that needs several words of a header",
                        .text = "One\n\n" + long_line + "end \n.\n",
                        .html = "<p title=\"a\">" + long_line + "</p>\n",
                        .date = Timestamp{std::chrono::seconds{1'795'798'800}}};
  const auto mail = from_mime(to_mime(message));
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->to, "<ada@example.com>");
  EXPECT_EQ(mail->date, "Fri, 27 Nov 2026 17:00:00 +0000");
  EXPECT_EQ(mail->subject, message.subject);
  EXPECT_EQ(mail->text, message.text);
  EXPECT_EQ(mail->html, message.html);
}

TEST(ReceivedMail, IsNothingWhenItIsNoneOfOurs) {
  const std::string mime =
      to_mime({.id = "a@b", .from = "a@b", .to = "c@d", .text = "text", .html = "html"});
  ASSERT_TRUE(from_mime(mime));
  for (std::size_t length = 0; length < mime.size() - 60; length += 7)
    EXPECT_FALSE(from_mime(mime.substr(0, length))) << length;
  for (const char* other : {"", "\r\n\r\n", "boundary=\"", "boundary=\"\"\r\n\r\n--"})
    EXPECT_FALSE(from_mime(other)) << other;
}

TEST(ReceivedMail, KeepsEscapesThatAreNone) {
  EXPECT_EQ(from_quoted_printable("a=3Db =C3=BC=\r\n!\r\nnext"), "a=b ü!\nnext");
  for (const char* odd : {"=", "=4", "=zz", "=4z", "a=+1"})
    EXPECT_EQ(from_quoted_printable(odd), odd);
  EXPECT_EQ(from_header_text("plain"), "plain");
  EXPECT_EQ(from_header_text("=?UTF-8?Q?=66"), "=?UTF-8?Q?=66") << "a word without an end";
}

}  // namespace
}  // namespace ticketing::notifications::mail
