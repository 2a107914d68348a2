#include "notifications/content.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ticketing::notifications {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Content, SaysTheSameInBothForms) {
  const Content content = reset_content("https://shop.example", "to-ken");
  for (const std::string& form : {to_text(content), to_html(content)}) {
    EXPECT_THAT(form, HasSubstr("https://shop.example/reset?token=to-ken"));
    for (const std::string& paragraph : content.paragraphs) EXPECT_THAT(form, HasSubstr(paragraph));
  }
}

TEST(Content, IsEscapedInHtml) {
  const Content content{.subject = "<b>",
                        .paragraphs = {"a & b <script>"},
                        .link = Link{.words = "\"x\"", .url = "https://shop.example/?a=\"'>"}};
  const std::string html = to_html(content);
  EXPECT_THAT(html, HasSubstr("a &amp; b &lt;script&gt;"));
  EXPECT_THAT(html, HasSubstr("href=\"https://shop.example/?a=&quot;&#39;&gt;\""));
  EXPECT_THAT(html, Not(HasSubstr("<script>")));
  EXPECT_THAT(html, HasSubstr("<title>&lt;b&gt;</title>"));
  EXPECT_THAT(to_text(content), HasSubstr("a & b <script>"));
}

TEST(Content, OfAChangedPasswordSaysWhenItWas) {
  const contracts::PasswordChanged changed{
      .user_id = "u",
      .email = "ada@example.com",
      .changed_at = Timestamp{std::chrono::seconds{1'795'798'800}}};
  const std::string text = to_text(password_changed_content("https://shop.example", changed));
  EXPECT_THAT(text, HasSubstr("27 November 2026 at 17:00 UTC"));
  EXPECT_THAT(text, HasSubstr("https://shop.example/forgot"));
}

}  // namespace
}  // namespace ticketing::notifications
