#include "notifications/content.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "notifications/html.hpp"

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

TEST(Content, OfEachKindSaysTheSameInBothFormsAndLeadsToAPageOfTheShop) {
  const Sale sale{.order_id = "order", .price = {1'905}, .title = "Row 7"};
  contracts::ShowUpdated show;
  show.id = "show";
  show.name = "Carmen";
  show.venue.name = "Hall";
  show.venue.city = "Graz";
  const std::string site = "https://shop.example";
  const Content contents[] = {reset_content(site, "token"),
                              verify_content(site, "token"),
                              password_changed_content(site, {}),
                              device_added_content(site, {}),
                              change_address_content(site, "token"),
                              address_change_asked_content(site),
                              address_changed_content(site, {}, "token"),
                              delete_account_content(site, "token"),
                              sold_content(site, sale),
                              paid_content(site, sale),
                              refunded_content(site, sale, {100}),
                              delivery_due_content(site, sale, {}),
                              delivery_ready_content(site, sale),
                              delivery_overdue_content(site, sale),
                              show_content(site, Template::show_postponed, show),
                              show_content(site, Template::show_cancelled, show),
                              show_content(site, Template::show_moved, show)};
  std::set<std::string> subjects;
  for (const Content& content : contents) {
    subjects.insert(content.subject);
    ASSERT_TRUE(content.link) << content.subject;
    EXPECT_THAT(content.link->url, testing::StartsWith(site + "/"));
    const std::string text = to_text(content), html = to_html(content);
    EXPECT_THAT(text, HasSubstr(content.link->url + "\n"));
    EXPECT_THAT(html, HasSubstr("href=\"" + content.link->url + "\""));
    for (const std::string& paragraph : content.paragraphs) {
      EXPECT_THAT(text, HasSubstr(paragraph));
      EXPECT_THAT(html, HasSubstr("<p>" + escape_html(paragraph) + "</p>"));
    }
  }
  EXPECT_EQ(subjects.size(), std::size(contents)) << "each has a subject of its own";
}

// The account may be of a person who mistyped the address, or of one who claims to own it.
TEST(Content, OfAnAddressSaysWhatItsOwnerCanDoAboutAnAccountOfAnotherPerson) {
  const Content content = verify_content("https://shop.example", "token");
  EXPECT_THAT(to_text(content), HasSubstr("https://shop.example/forgot\n"));
  EXPECT_THAT(to_html(content), HasSubstr("https://shop.example/forgot</p>"));
}

TEST(Content, OfALinkSaysForHowLongItIsGood) {
  EXPECT_THAT(to_text(reset_content("", "token")), HasSubstr("good for 30 minutes, and once"));
  EXPECT_THAT(to_text(verify_content("", "token")), HasSubstr("good for 24 hours, and once"));
  EXPECT_THAT(to_text(delete_account_content("", "token")),
              HasSubstr("good for 30 minutes, and once"));
}

TEST(Content, OfASaleNamesPriceTicketAndShow) {
  Sale sale{.order_id = "order", .price = {1'905}, .title = "Row 7"};
  EXPECT_THAT(to_text(paid_content("", sale)), HasSubstr("paid $19.05 for “Row 7”."));
  sale.show_name = "Carmen";
  sale.venue = "Hall";
  sale.city = "Graz";
  EXPECT_THAT(to_text(paid_content("", sale)), HasSubstr("“Row 7” for “Carmen” at Hall, Graz."));
  EXPECT_EQ(paid_content("", sale).subject, "You have bought a ticket: Row 7");
  sale.title = "Carmen";
  EXPECT_THAT(to_text(paid_content("", sale)),
              HasSubstr("paid $19.05 for “Carmen” at Hall, Graz."));
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
