// Whose an address is, over HTTP: the mail is read from the folder, as by its owner.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fixtures/run_task.hpp"
#include "system/mails.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

using testing::HasSubstr;

class VerifiedAddress : public testing::Test {
 protected:
  std::string link_of(Person& person) {
    const Answer asked = person.http.post("/api/users/verification", "{}");
    EXPECT_EQ(asked.status, 202) << asked.body;
    EXPECT_EQ(asked.header("set-cookie"), "");
    return wait_for_token(folder_.file("data/mail"), person.email, "verify");
  }
  static Answer verify(Person& person, const std::string& token) {
    return person.http.post("/api/users/verify", fmt::format(R"({{"token":"{}"}})", token));
  }
  // By a link that is mailed there.
  void change_address(Person& person, const std::string& from, const std::string& to) {
    const Answer asked = person.http.put(
        "/api/users/email", fmt::format(R"({{"password":"123456","email":"{}"}})", to));
    EXPECT_EQ(asked.status, 202) << asked.body;
    const std::string mails = folder_.file("data/mail");
    EXPECT_EQ(verify(person, wait_for_token(mails, to, "verify")).status, 200);
    wait_for_mail(mails, from, "Your account has another address");
  }
  Answer sign_in(const std::string& email, const std::string& password) {
    return marketplace_.visitor()->http.post(
        "/api/users/signin", fmt::format(R"({{"email":"{}","password":"{}"}})", email, password));
  }
  static std::string is_verified(Person& person) {
    return text_at(person.http.get("/api/users/currentuser"), "currentUser.emailVerified");
  }

  const TemporaryFolder folder_;
  Marketplace marketplace_{Variables{{"DATA_DIR", folder_.file("data")}}};
};

TEST_F(VerifiedAddress, IsSaidAtOnceInTheBrowserThatUsedTheLink) {
  const auto ada = marketplace_.person();
  EXPECT_EQ(is_verified(*ada), "false");
  const std::string token = link_of(*ada);
  EXPECT_EQ(is_verified(*ada), "false");
  const Answer verified = verify(*ada, token);
  EXPECT_EQ(verified.status, 200) << verified.body;
  EXPECT_THAT(verified.header("set-cookie"), HasSubstr("session="));
  EXPECT_EQ(is_verified(*ada), "true");
  EXPECT_EQ(ada->http.get("/api/orders").status, 200) << "other services take the new token";
  EXPECT_EQ(text_at(ada->http.post("/api/users/refresh", "{}"), "emailVerified"), "true");
  EXPECT_EQ(text_at(verify(*ada, token), "slug"), "link_over");
}

TEST_F(VerifiedAddress, ReplacesTheOneOfTheAccount) {
  const auto ada = marketplace_.person();
  const std::string former = ada->email, next = "next-" + former;
  const auto ask = [&](const std::string& password) {
    return ada->http.put("/api/users/email",
                         fmt::format(R"({{"password":"{}","email":"{}"}})", password, next));
  };
  EXPECT_EQ(text_at(ask("654321"), "slug"), "wrong_password");
  EXPECT_EQ(ask("123456").status, 202);
  const std::string mails = folder_.file("data/mail");
  wait_for_mail(mails, former, "Another address was asked for");
  const Answer used = verify(*ada, wait_for_token(mails, next, "verify"));
  EXPECT_EQ(used.status, 200) << used.body;
  EXPECT_EQ(text_at(ada->http.get("/api/users/currentuser"), "currentUser.email"), next);
  EXPECT_EQ(is_verified(*ada), "true");
  wait_for_mail(mails, former, "Your account has another address");
  EXPECT_EQ(sign_in(next, "123456").status, 200);
  EXPECT_EQ(sign_in(former, "123456").status, 400);
}

TEST_F(VerifiedAddress, IsRestoredByItsOwnerAfterAThiefHasReplacedItTwice) {
  const auto ada = marketplace_.person(), thief = marketplace_.visitor();
  const std::string former = ada->email, first = "first-" + former, second = "second-" + former;
  EXPECT_EQ(
      thief->http
          .post("/api/users/signin", fmt::format(R"({{"email":"{}","password":"123456"}})", former))
          .status,
      200);
  change_address(*thief, former, first);
  EXPECT_EQ(ada->http.post("/api/users/refresh", "{}").status, 401) << "the change ends it";
  change_address(*thief, first, second);
  const std::string sign_up = fmt::format(R"({{"email":"{}","password":"123456"}})", former);
  EXPECT_EQ(text_at(marketplace_.visitor()->http.post("/api/users/signup", sign_up), "slug"),
            "email_in_use");
  const std::string mails = folder_.file("data/mail");
  const std::string token = wait_for_token(mails, former, "restore");
  const auto restore = [&](const std::string& by, const std::string& password) {
    return ada->http.post("/api/users/restore",
                          fmt::format(R"({{"token":"{}","password":"{}"}})", by, password));
  };
  EXPECT_EQ(text_at(restore(token, "x"), "errors.0.field"), "password");
  const Answer restored = restore(token, "654321");
  EXPECT_EQ(restored.status, 200) << restored.body;
  EXPECT_EQ(text_at(restore(token, "another"), "slug"), "link_over");
  EXPECT_EQ(text_at(restore(wait_for_token(mails, first, "restore"), "another"), "slug"),
            "link_over");
  EXPECT_EQ(thief->http.post("/api/users/refresh", "{}").status, 401);
  EXPECT_EQ(sign_in(former, "654321").status, 200);
  EXPECT_EQ(sign_in(former, "123456").status, 400);
  EXPECT_EQ(sign_in(second, "123456").status, 400);
}

TEST_F(VerifiedAddress, IsSaidElsewhereAfterASignInOrAnotherRequest) {
  const auto ada = marketplace_.person(), phone = marketplace_.visitor();
  EXPECT_EQ(verify(*phone, link_of(*ada)).header("set-cookie"), "") << "it has no session";
  EXPECT_EQ(is_verified(*ada), "false") << "its access token is from before";
  const Answer again = ada->http.post("/api/users/verification", "{}");
  EXPECT_EQ(again.status, 202);
  EXPECT_THAT(again.header("set-cookie"), HasSubstr("session="));
  EXPECT_EQ(is_verified(*ada), "true");
  const Answer in = phone->http.post(
      "/api/users/signin", fmt::format(R"({{"email":"{}","password":"123456"}})", ada->email));
  EXPECT_EQ(text_at(in, "emailVerified"), "true") << in.body;
}

// What each of these asks for is wrong besides: who may ask at all is looked at first.
std::vector<std::string> refusals_of(Person& person) {
  std::vector<std::string> slugs;
  for (const char* path : {"/api/tickets", "/api/orders", "/api/payments", "/api/shows",
                           "/api/orders/018f6b31-0000-7000-8000-000000000001/ticket/resale"}) {
    const Answer refused = person.http.post(path, "{}");
    slugs.push_back(fmt::format("{} {}", refused.status, text_at(refused, "slug")));
  }
  for (const char* path : {"/api/tickets/018f6b31-0000-7000-8000-000000000001",
                           "/api/shows/018f6b31-0000-7000-8000-000000000001"}) {
    const Answer refused = person.http.put(path, "{}");
    slugs.push_back(fmt::format("{} {}", refused.status, text_at(refused, "slug")));
  }
  return slugs;
}

TEST(RequiredVerification, LetsOthersBrowseAndNeitherListNorOrderNorPay) {
  const TemporaryFolder folder;
  Marketplace marketplace({{"DATA_DIR", folder.file("data")}, {"VERIFY_EMAIL", "required"}});
  const auto ada = marketplace.person(), bob = marketplace.person();
  EXPECT_THAT(refusals_of(*ada), testing::Each("403 email_not_verified"));
  EXPECT_EQ(ada->http.get("/api/tickets").status, 200);
  EXPECT_EQ(ada->http.get("/api/orders").status, 200);
  for (Person* person : {ada.get(), bob.get()}) {
    const std::string token = wait_for_token(folder.file("data/mail"), person->email, "verify");
    EXPECT_EQ(
        person->http.post("/api/users/verify", fmt::format(R"({{"token":"{}"}})", token)).status,
        200);
  }
  EXPECT_THAT(refusals_of(*ada), testing::Each(testing::Not(testing::HasSubstr("403"))));
  const std::string order_id = bob->reserve(ada->list_ticket());
  const Answer paid = answered([&] { return bob->pay(order_id, "tok_visa", "the-key"); });
  EXPECT_LT(paid.status, 300) << paid.body;
}

TEST(RequiredVerification, IsOffByDefault) {
  const auto ada = shared_marketplace().person();
  EXPECT_THAT(refusals_of(*ada), testing::Each(testing::Not(testing::HasSubstr("403"))));
}

TEST_F(VerifiedAddress, IsNotVerifiedByBadInput) {
  const auto ada = marketplace_.person(), visitor = marketplace_.visitor();
  EXPECT_EQ(visitor->http.post("/api/users/verification", "{}").status, 401);
  EXPECT_EQ(text_at(verify(*ada, "x"), "slug"), "link_over");
  for (const char* bad : {"{}", R"({"token":1})", R"({"token":null})"}) {
    const Answer refused = ada->http.post("/api/users/verify", bad);
    EXPECT_EQ(refused.status, 400) << bad;
    EXPECT_EQ(text_at(refused, "errors.0.field"), "token") << refused.body;
  }
  EXPECT_EQ(ada->http.get("/api/users/verify").status, 405) << "to open a link changes nothing";
  EXPECT_EQ(is_verified(*ada), "false");
}

}  // namespace
}  // namespace ticketing::system
