// Operators: who is made one, what tokens say of it, and the routes of ticketing-admin.
#include <gmock/gmock.h>

#include "auth/operator/api.hpp"
#include "auth/test_auth.hpp"
#include "fixtures/test_client.hpp"

namespace ticketing::auth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class RolesTest : public AuthTest {
 protected:
  std::string set_operator(bool is_operator, const std::string& email = "a@example.com") {
    return refusal_of(
        run(operations_.set_operator({.email = email, .former_email = email}, is_operator)));
  }
  // As a link in a mail does.
  void verify(const std::string& user_id) {
    static const db::Sql sql{"test_verify", "UPDATE users SET verified_at = 1 WHERE id = $1"};
    run(platform_.database().write(sql(user_id)));
  }
  std::vector<std::string> roles_in(const std::string& token) { return claims_of(token).roles; }
  http::Response ask(const std::string& change, const std::string& body,
                     const std::string& token = "a token of the tests") {
    return client_.send("POST", "/operator/users/" + change,
                        {.body = body, .headers = {{"Authorization", "Bearer " + token}}});
  }

  const runtime::OperatorGuard guard_{"a token of the tests", platform_.get().clock};
  fixtures::TestClient client_{platform_, operator_::routes(operations_, guard_)};
};

TEST_F(RolesTest, TravelInTheNextAccessToken) {
  const auto who = sign_up(), other = sign_up("b@example.com");
  EXPECT_THAT(who->roles, ElementsAre("member"));
  verify(who->user_id);
  EXPECT_EQ(set_operator(true), "");
  const auto renewed = refresh(who->refresh_token);
  EXPECT_THAT(renewed->roles, ElementsAre("member", "operator"));
  EXPECT_THAT(roles_in(renewed->access_token), ElementsAre("member", "operator"));
  EXPECT_THAT(roles_in(refresh(other->refresh_token)->access_token), ElementsAre("member"));
  EXPECT_EQ(set_operator(false), "");
  EXPECT_THAT(sign_in()->roles, ElementsAre("member"));
}

TEST_F(RolesTest, AreGrantedAndRevokedAnyNumberOfTimes) {
  verify(sign_up()->user_id);
  for (const bool is_operator : {false, true, true, false, false, true})
    EXPECT_EQ(set_operator(is_operator), "");
  EXPECT_THAT(sign_in()->roles, ElementsAre("member", "operator"));
}

TEST_F(RolesTest, AreNotForAnAddressThatItsOwnerHasNotConfirmed) {
  sign_up();
  EXPECT_EQ(set_operator(true), "email_not_verified");
  EXPECT_EQ(set_operator(false), "") << "to revoke is always possible";
  EXPECT_THAT(sign_in()->roles, ElementsAre("member"));
}

TEST_F(RolesTest, AreNotForAnUnknownAddress) {
  EXPECT_EQ(set_operator(true, "unknown@example.com"), "no_such_user");
}

TEST_F(RolesTest, AreChangedByTheHolderOfTheOperatorsToken) {
  const auto who = sign_up();
  const std::string body = R"({"email":"A@Example.com","role":"operator"})";
  EXPECT_EQ(ask("grant", body, "another token").status, 401);
  EXPECT_THAT(sign_in()->roles, ElementsAre("member"));
  verify(who->user_id);
  const auto granted = ask("grant", body);
  EXPECT_EQ(granted.status, 200);
  EXPECT_EQ(granted.body, R"({"id":")" + who->user_id + R"(","roles":["member","operator"]})");
  EXPECT_THAT(ask("revoke", body).body, HasSubstr(R"("roles":["member"])"));
  for (const auto& [bad, field] :
       {std::pair{R"({"role":"operator"})", "email"},
        std::pair{R"({"email":"x","role":"operator"})", "email"},
        std::pair{R"({"email":"a@example.com","role":"king"})", "role"}}) {
    const auto refused = ask("grant", bad);
    EXPECT_EQ(refused.status, 400) << bad;
    EXPECT_THAT(refused.body, HasSubstr(std::string(R"("field":")") + field + "\"")) << bad;
  }
}

}  // namespace
}  // namespace ticketing::auth
