// Roles, from the command line to a service that looks at them.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/clock.hpp"
#include "fixtures/run_task.hpp"
#include "system/admin_program.hpp"
#include "system/mails.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

using testing::HasSubstr;

std::string show_called(const std::string& name) {
  const Timestamp starts_at = SystemClock{}.now() + std::chrono::days{30};
  return fmt::format(
      R"({{"name":"{}","category":"concert","startsAt":"{}","venue":{{"name":"Filharmonia",)"
      R"("city":"Łódź","country":"PL","timeZone":"Europe/Warsaw"}}}})",
      name, to_iso8601(starts_at));
}

TEST(Roles, AreGivenByTicketingAdminAndCountWithTheNextToken) {
  const TemporaryFolder folder;
  Marketplace marketplace({{"OPERATOR_TOKEN", operator_token}, {"DATA_DIR", folder.file("data")}});
  AdminProgram admin(marketplace.system());
  const auto ada = marketplace.person(), maker = marketplace.person();
  const Answer made = maker->http.post("/api/shows", show_called("Opera"));
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string path = "/api/shows/" + text_at(made, "id");
  const auto change = [&] { return ada->http.put(path, show_called("Another opera")); };
  const auto roles = [&] {
    return text_at(ada->http.get("/api/users/currentuser"), "currentUser.roles");
  };
  const auto renew = [&] { EXPECT_EQ(ada->http.post("/api/users/refresh", "{}").status, 200); };

  EXPECT_EQ(roles(), R"(["member"])");
  EXPECT_EQ(text_at(change(), "slug"), "not_your_show");
  const AdminAnswer unproven = admin.ask("auth", {"users", "grant", ada->email, "operator"});
  EXPECT_NE(unproven.code, 0);
  EXPECT_THAT(unproven.text, HasSubstr("has not confirmed its address"));
  EXPECT_EQ(ada->http.post("/api/users/verification", "{}").status, 202);
  const std::string token = wait_for_token(folder.file("data/mail"), ada->email, "verify");
  EXPECT_EQ(ada->http.post("/api/users/verify", fmt::format(R"({{"token":"{}"}})", token)).status,
            200);
  const AdminAnswer granted = admin.ask("auth", {"users", "grant", ada->email, "operator"});
  EXPECT_EQ(granted.code, 0) << granted.text;
  EXPECT_THAT(granted.text, HasSubstr(ada->id));
  EXPECT_EQ(roles(), R"(["member"])");
  renew();
  EXPECT_EQ(roles(), R"(["member","operator"])");
  EXPECT_EQ(change().status, 200);
  EXPECT_EQ(admin.ask("auth", {"users", "revoke", ada->email, "operator"}).code, 0);
  renew();
  EXPECT_EQ(text_at(change(), "slug"), "not_your_show");

  const AdminAnswer unknown = admin.ask("auth", {"users", "grant", "x@example.com", "operator"});
  EXPECT_NE(unknown.code, 0);
  EXPECT_THAT(unknown.text, HasSubstr("No account has this address."));
  const std::string log = marketplace.system().log();
  for (const char* event : {"operator.grant_role", "operator.revoke_role", "operator.change_show"})
    EXPECT_THAT(log, HasSubstr(event));
  EXPECT_THAT(log, testing::Not(HasSubstr(ada->email)));
}

}  // namespace
}  // namespace ticketing::system
