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

TEST(Account, IsTheSameForEverySpellingOfAnAddress) {
  const std::pair<const char*, const char*> same[] = {
      {"plus+tag@example.com", "PLUS+TAG@Example.COM"},
      {" sp@example.com ", "sp@example.com"},
      {"jose\u0301@example.com", "jos\u00e9@example.com"},
      {"JOS\u00c92@example.com", "jos\u00e92@example.com"},
      {"u@b\u00fccher.example", "u@xn--bcher-kva.example"},
      {"U@B\u00dcCHER.example", "u@xn--bcher-kva.example"},
      {"o'brien@example.com", "O'Brien@example.com"},
      {"nb@example.com\u00a0", "nb@example.com"}};
  for (const auto& [one, other] : same) {
    EXPECT_TRUE(normalize_email(one)) << one;
    EXPECT_EQ(normalize_email(one), normalize_email(other)) << one;
  }
  EXPECT_EQ(normalize_email("u@B\u00fccher.example"), "u@xn--bcher-kva.example");
}

TEST(Account, RefusesAnAddressWithWhatCannotBeSeen) {
  for (const char* bad :
       {"zw@example.com\u200b",
        "\ufeff"
        "bom@example.com",
        "rlo\u202e@example.com", "soft\u00ad@example.com", "j\u200do@x.example"}) {
    EXPECT_FALSE(normalize_email(bad)) << bad;
    EXPECT_NE(fault_of_email(bad).message.find("cannot be seen"), std::string::npos) << bad;
  }
  EXPECT_EQ(fault_of_email("no address").message, "must be an e-mail address");
}

TEST(Account, KeepsTheFormThatOldAccountsAreStoredIn) {
  EXPECT_EQ(former_email(" Jose\u0301@B\u00dccher.Example "), "jose\u0301@b\u00dccher.example");
  EXPECT_EQ(former_email("no address"), std::nullopt);
  EXPECT_EQ(former_email("z\u200bw@Example.com"), "z\u200bw@example.com");
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
  for (const std::string_view list :
       {"password1\n", "password1", "a\nb\npassword1\nz\n", "apple123\npassword1\npassword2\n"}) {
    EXPECT_TRUE(fault_of_password("Password1", {.characters_min = 8, .refused = list})) << list;
    EXPECT_FALSE(fault_of_password("Password3", {.characters_min = 8, .refused = list})) << list;
    EXPECT_FALSE(fault_of_password("password", {.characters_min = 8, .refused = list})) << list;
  }
  EXPECT_FALSE(fault_of_password("Password1", {.characters_min = 8}));
}

TEST(Account, PausesDoubleFromOneSecondToAQuarterOfAnHour) {
  EXPECT_EQ(pause_after(4), std::chrono::seconds{0});
  EXPECT_EQ(pause_after(5), std::chrono::seconds{1});
  EXPECT_EQ(pause_after(6), std::chrono::seconds{2});
  EXPECT_EQ(pause_after(14), std::chrono::seconds{512});
  EXPECT_EQ(pause_after(15), std::chrono::seconds{900});
  EXPECT_EQ(pause_after(1'000'000), std::chrono::seconds{900});
}

}  // namespace
}  // namespace ticketing::auth
