#include "auth/account.hpp"

#include <gtest/gtest.h>

namespace ticketing::auth {
namespace {

TEST(Account, TakesAddressesThatPeopleHave) {
  EXPECT_EQ(normalize_email("test@gmail.com"), "test@gmail.com");
  EXPECT_EQ(normalize_email("  Test.Person+tag@Example.CO.UK "), "test.person+tag@example.co.uk");
  EXPECT_EQ(normalize_email("o'brien@example.com"), "o'brien@example.com");
  EXPECT_TRUE(
      normalize_email("j\xc3\xb6rg@b\xc3\xbc"
                      "cher.example"));
}

TEST(Account, RefusesWhatCannotBeAnAddress) {
  for (const std::string bad :
       {"", "test", "@", "a@", "@b.c", "a@b", "a b@c.de", "a@b..c", "a@-b.c", "a..b@c.de",
        ".a@b.cd", "a@b.c/d", "a@[1.2.3.4]", "a\n@b.cd"}) {
    EXPECT_FALSE(normalize_email(bad)) << bad;
  }
  EXPECT_FALSE(normalize_email(std::string(65, 'a') + "@b.cd"));
  EXPECT_FALSE(normalize_email("a@" + std::string(300, 'b') + ".cd"));
}

TEST(Account, PasswordsCountCharactersAndHaveNoOtherRule) {
  EXPECT_FALSE(fault_of_password("123456", {}));
  EXPECT_TRUE(fault_of_password("12345", {}));
  EXPECT_FALSE(fault_of_password("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", {}));
  EXPECT_TRUE(fault_of_password("\xc3\xa9\xc3\xa9\xc3\xa9", {}));
  EXPECT_FALSE(fault_of_password(std::string(256, 'x'), {}));
  EXPECT_TRUE(fault_of_password(std::string(257, 'x'), {}));
}

TEST(Account, CommonPasswordsAreRefusedWhereTheRulesSaySo) {
  const std::set<std::string_view> common = {"password1"};
  EXPECT_TRUE(fault_of_password("Password1", {.characters_min = 8, .refused = &common}));
  EXPECT_FALSE(fault_of_password("Password1", {.characters_min = 8}));
}

TEST(Account, PausesDoubleFromOneSecondToAQuarterOfAnHour) {
  EXPECT_EQ(pause_after(4).count(), 0);
  EXPECT_EQ(pause_after(5).count(), 1);
  EXPECT_EQ(pause_after(6).count(), 2);
  EXPECT_EQ(pause_after(14).count(), 512);
  EXPECT_EQ(pause_after(15).count(), 900);
  EXPECT_EQ(pause_after(1'000'000).count(), 900);
}

}  // namespace
}  // namespace ticketing::auth
