// The routes of auth as callers without an account see them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/service.hpp"
#include "fixtures/test_client.hpp"

namespace ticketing::auth {
namespace {

using testing::HasSubstr;

class AuthApiTest : public testing::Test {
 public:
  ~AuthApiTest() override { platform_.run(service_->stop()); }

 protected:
  AuthApiTest() { service_->start(); }

  http::Response post(const std::string& path, const std::string& text = "{}",
                      const std::string& cookie = "") {
    fixtures::TestClient::Options options{.body = text};
    if (!cookie.empty()) options.headers.emplace_back("Cookie", cookie);
    return client_.send("POST", "/api/users/" + path, std::move(options));
  }

  fixtures::TestPlatform platform_;
  identity::SigningKey key_{"a secret of the tests"};
  std::unique_ptr<runtime::Service> service_ = make_service(platform_.get(), {}, key_);
  fixtures::TestClient client_{platform_, service_->routes()};
};

TEST_F(AuthApiTest, NamesEveryFaultOfTheInput) {
  const auto refused = post("signup", R"({"email":"x","password":"y"})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr(R"("field":"email")"));
  EXPECT_THAT(refused.body, HasSubstr(R"("field":"password")"));
  for (const char* bad : {"{", "{}", R"({"email":"x","password":"secret"})",
                          R"({"email":"a@example.com","password":""})"}) {
    EXPECT_EQ(post("signin", bad).status, 400) << bad;
  }
}

TEST_F(AuthApiTest, RenewsNothingWithoutARefreshToken) {
  platform_.pass(std::chrono::seconds{1});  // it is prepared
  for (const char* cookie : {"", "refresh=x", "refresh=a.b.c"}) {
    const auto refused = post("refresh", "{}", cookie);
    EXPECT_EQ(refused.status, 401) << cookie;
    EXPECT_THAT(refused.body, HasSubstr("session_over"));
  }
}

TEST_F(AuthApiTest, SignsOutAlsoWithoutASession) {
  platform_.pass(std::chrono::seconds{1});
  const auto answer = post("signout");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(std::string(answer.headers.find("Set-Cookie").value_or("")), HasSubstr("Max-Age=0"));
}

TEST_F(AuthApiTest, NamesTheCaller) {
  EXPECT_EQ(client_.send("GET", "/api/users/currentuser", {}).body, R"({"currentUser":null})");
  EXPECT_THAT(client_.send("GET", "/api/users/currentuser", {.user_id = "ada"}).body,
              HasSubstr(R"("id":"ada")"));
}

}  // namespace
}  // namespace ticketing::auth
