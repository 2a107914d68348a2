// Whose an address is, over HTTP: the mail is read from the folder, as by its owner.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
