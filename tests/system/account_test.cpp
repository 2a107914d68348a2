// One person has one account, however the address and the password are typed.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/json/writer.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

std::string credentials(const std::string& email, const std::string& password) {
  json::Writer writer;
  writer.begin_object().field("email", email).field("password", password).end_object();
  return writer.take();
}

Answer sign_up(Marketplace& marketplace, const std::string& email,
               const std::string& password = "123456") {
  return marketplace.visitor()->http.post("/api/users/signup", credentials(email, password));
}

Answer sign_in(Marketplace& marketplace, const std::string& email,
               const std::string& password = "123456") {
  return marketplace.visitor()->http.post("/api/users/signin", credentials(email, password));
}

TEST(Accounts, AreTheSameInEverySpellingOfTheAddress) {
  Marketplace& marketplace = shared_marketplace();
  const std::pair<const char*, const char*> same[] = {
      {"plus+tag@example.com", "PLUS+TAG@Example.COM"},
      {" sp@example.com ", "sp@example.com"},
      {"jose\u0301@example.com", "jos\u00e9@example.com"},
      {"JOS\u00c92@example.com", "jos\u00e92@example.com"},
      {"u@b\u00fccher.example", "u@xn--bcher-kva.example"},
      {"o'brien@example.com", "O'Brien@example.com"}};
  for (const auto& [one, other] : same) {
    const Answer up = sign_up(marketplace, one);
    ASSERT_EQ(up.status, 201) << one << up.body;
    const Answer again = sign_up(marketplace, other);
    EXPECT_EQ(again.status, 400) << other;
    EXPECT_EQ(text_at(again, "slug"), "email_in_use") << other;
    const Answer in = sign_in(marketplace, other);
    EXPECT_EQ(in.status, 200) << other << in.body;
    EXPECT_EQ(text_at(in, "id"), text_at(up, "id")) << other;
  }
}

TEST(Accounts, HaveNoAddressWithWhatCannotBeSeen) {
  Marketplace& marketplace = shared_marketplace();
  for (const char* email : {"zw@example.com\u200b",
                            "\ufeff"
                            "bom@example.com",
                            "rlo\u202e@example.com"}) {
    const Answer refused = sign_up(marketplace, email);
    EXPECT_EQ(refused.status, 400) << email;
    EXPECT_EQ(text_at(refused, "errors.0.field"), "email") << email;
    EXPECT_THAT(text_at(refused, "errors.0.message"), testing::HasSubstr("cannot be seen"));
  }
  const Answer cleaned = sign_up(marketplace, "nb@example.com\u00a0");
  EXPECT_EQ(text_at(cleaned, "email"), "nb@example.com");
}

TEST(Accounts, HaveOnePasswordHoweverAnAccentIsTyped) {
  Marketplace& marketplace = shared_marketplace();
  ASSERT_EQ(sign_up(marketplace, "a@example.com", "p\u00e4sswort").status, 201);
  EXPECT_EQ(sign_in(marketplace, "a@example.com", "pa\u0308sswort").status, 200);
  const std::string many(72, 'x');
  ASSERT_EQ(sign_up(marketplace, "b@example.com", many + "A").status, 201);
  EXPECT_EQ(sign_in(marketplace, "b@example.com", many + "B").status, 400);
  const std::string with_null("abc\0def", 7), other_null("abc\0xyz", 7);
  ASSERT_EQ(sign_up(marketplace, "c@example.com", with_null).status, 201);
  EXPECT_EQ(sign_in(marketplace, "c@example.com", other_null).status, 400);
  EXPECT_EQ(sign_in(marketplace, "c@example.com", with_null).status, 200);
}

// As they are in a database from before addresses had one form.
TEST(Accounts, OfOldSpellingsAreFoundByThoseAndByNewOnes) {
  Marketplace marketplace;
  const auto store_as = [&](const std::string& id, const std::string& email) {
    marketplace.system().execute(
        "auth",
        fmt::format("UPDATE users SET email = '{}', email_key = NULL WHERE id = '{}'", email, id));
  };
  const auto jose = marketplace.person(), first = marketplace.person(),
             second = marketplace.person(), hidden = marketplace.person();
  ASSERT_EQ(marketplace.system().stop(), 0);
  store_as(jose->id, "jose\u0301@example.com");
  // Two accounts that one spelling would name today.
  store_as(first->id, "r\u00c9my@example.com");
  store_as(second->id, "r\u00e9my@example.com");
  store_as(hidden->id, "zw@example.com\u200b");
  marketplace.system().start();
  for (const auto& [email, id] :
       std::vector<std::pair<std::string, std::string>>{{"jose\u0301@example.com", jose->id},
                                                        {"JOS\u00c9@example.com", jose->id},
                                                        {"jos\u00e9@example.com", jose->id},
                                                        {"R\u00c9my@example.com", first->id},
                                                        {"r\u00e9my@example.com", second->id},
                                                        {"re\u0301my@example.com", second->id},
                                                        {"zw@example.com\u200b", hidden->id}}) {
    const Answer in = sign_in(marketplace, email);
    EXPECT_EQ(in.status, 200) << email << in.body;
    EXPECT_EQ(text_at(in, "id"), id) << email;
  }
  for (const char* email : {"jos\u00e9@example.com", "re\u0301my@example.com"}) {
    EXPECT_EQ(text_at(sign_up(marketplace, email), "slug"), "email_in_use") << email;
  }
}

}  // namespace
}  // namespace ticketing::system
