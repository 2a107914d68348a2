// What owners do with their accounts, over HTTP: a new password, the end of sessions.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

std::string change_of_password(const std::string& password, const std::string& new_password) {
  return fmt::format(R"({{"password":"{}","newPassword":"{}"}})", password, new_password);
}

std::unique_ptr<Person> sign_in_elsewhere(Marketplace& marketplace, const Person& owner,
                                          const std::string& password = "123456") {
  auto elsewhere = marketplace.visitor();
  const Answer in = elsewhere->http.post(
      "/api/users/signin",
      fmt::format(R"({{"email":"{}","password":"{}"}})", owner.email, password));
  EXPECT_EQ(in.status, 200) << in.body;
  return elsewhere;
}

TEST(OwnSessions, EndWithANewPassword) {
  Marketplace& marketplace = shared_marketplace();
  const auto ada = marketplace.person();
  const auto elsewhere = sign_in_elsewhere(marketplace, *ada);
  EXPECT_EQ(ada->http.put("/api/users/password", change_of_password("123456", "654321")).status,
            204);
  EXPECT_EQ(elsewhere->http.post("/api/users/refresh", "{}").status, 401);
  EXPECT_EQ(elsewhere->http.get("/api/users/sessions").status, 401) << "its access token is good";
  EXPECT_EQ(elsewhere->http.get("/api/orders").status, 200) << "until the token expires";
  EXPECT_EQ(ada->http.post("/api/users/refresh", "{}").status, 200);
  sign_in_elsewhere(marketplace, *ada, "654321");
}

TEST(OwnSessions, AreListedAndSignedOut) {
  Marketplace& marketplace = shared_marketplace();
  const auto ada = marketplace.person();
  const auto second = sign_in_elsewhere(marketplace, *ada);
  const auto third = sign_in_elsewhere(marketplace, *ada);
  const Answer listed = ada->http.get("/api/users/sessions");
  ASSERT_EQ(listed.status, 200);
  EXPECT_EQ(text_at(listed, "2.current"), "true") << listed.body;
  const std::string id = text_at(listed, "0.id");
  EXPECT_EQ(ada->http.remove("/api/users/sessions/" + id).status, 204);
  EXPECT_EQ(third->http.post("/api/users/refresh", "{}").status, 401);
  EXPECT_EQ(text_at(ada->http.remove("/api/users/sessions/" + id), "slug"), "session_not_found");
  EXPECT_EQ(ada->http.remove("/api/users/sessions").status, 204);
  EXPECT_EQ(second->http.post("/api/users/refresh", "{}").status, 401);
  EXPECT_EQ(ada->http.post("/api/users/refresh", "{}").status, 200);
}

TEST(OwnSessions, ChangeNothingOnBadInput) {
  Marketplace& marketplace = shared_marketplace();
  const auto ada = marketplace.person();
  const std::pair<std::string, std::string> cases[] = {
      {"{}", "password"},
      {R"({"password":"123456"})", "newPassword"},
      {R"({"password":"","newPassword":"654321"})", "password"},
      {R"({"password":123456,"newPassword":"654321"})", "password"},
      {change_of_password("123456", "short"), "newPassword"},
      {change_of_password("wrong one", "654321"), "password"}};
  for (const auto& [body, field] : cases) {
    const Answer refused = ada->http.put("/api/users/password", body);
    EXPECT_EQ(refused.status, 400) << body;
    EXPECT_EQ(text_at(refused, "errors.0.field"), field) << body << refused.body;
  }
  sign_in_elsewhere(marketplace, *ada);
  EXPECT_EQ(marketplace.visitor()->http.put("/api/users/password", "{}").status, 401);
}

}  // namespace
}  // namespace ticketing::system
