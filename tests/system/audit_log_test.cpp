// What the log contains about security: the audit log, and the access log.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <chrono>
#include <cstdint>
#include <set>
#include <sstream>

#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

using testing::HasSubstr;
using testing::Not;

// The lines of one kind ("audit", "access").
std::vector<boost::json::value> lines_of(const System& system, const std::string& kind) {
  std::vector<boost::json::value> lines;
  std::istringstream log(system.log());
  for (std::string line; std::getline(log, line);) {
    if (!line.starts_with('{')) continue;
    boost::json::value value = boost::json::parse(line);
    if (text_at(value, "log") == kind) lines.push_back(std::move(value));
  }
  return lines;
}

// "sign_in refused invalid_credentials" of all audit lines about a user.
std::vector<std::string> events_of(const System& system, const std::string& user) {
  std::vector<std::string> events;
  for (const auto& line : lines_of(system, "audit")) {
    if (text_at(line, "user") != user) continue;
    std::string event = text_at(line, "event") + " " + text_at(line, "outcome");
    if (const std::string reason = text_at(line, "reason"); !reason.empty()) event += " " + reason;
    events.push_back(event);
  }
  return events;
}

TEST(AuditLog, HasTheEventsOfAnAccountWithoutASecret) {
  Marketplace marketplace;
  const auto ada = marketplace.visitor("192.0.2.7");
  ada->http.add_header("User-Agent", "the browser of a test");
  ada->sign_up("ada@example.com", "a secret password");
  const std::string first = ada->http.cookies().at("refresh");
  std::set<std::string> names;  // of these requests
  const auto sign_in = [&](const std::string& password) {
    const Answer answer =
        ada->http.post("/api/users/signin",
                       fmt::format(R"({{"email":"ada@example.com","password":"{}"}})", password));
    names.insert(answer.header("x-request-id"));
    return answer.status;
  };
  EXPECT_EQ(sign_in("a wrong password"), 400);
  EXPECT_EQ(sign_in("a secret password"), 200);
  // The first pause, of a second, is over before the next request where the machine is slow: pauses
  // double.
  int refused = 0, last = 0;
  while (refused < 20 && (last = sign_in("a wrong password")) == 400) ++refused;
  EXPECT_GE(refused, 5);
  EXPECT_EQ(last, 429);
  EXPECT_EQ(ada->http.post("/api/users/signout", "{}").status, 200);
  // Three generations of the first session's token.
  const auto refresh = [&](const std::string& token) {
    const auto browser = marketplace.visitor();
    browser->http.cookies() = {{"refresh", token}};
    browser->http.post("/api/users/refresh", "{}");
    return browser->http.cookies()["refresh"];
  };
  const std::string third = refresh(refresh(first));
  refresh(first);
  std::vector<std::string> expected(1 + refused, "sign_in refused invalid_credentials");
  expected.insert(expected.end(),
                  {"sign_up succeeded", "sign_in succeeded", "sign_in throttled too_many_attempts",
                   "sign_out succeeded", "refresh_token_reused refused session_revoked"});
  EXPECT_THAT(events_of(marketplace.system(), ada->id),
              testing::UnorderedElementsAreArray(expected));
  const auto lines = lines_of(marketplace.system(), "audit");
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(text_at(lines.front(), "address"), "192.0.2.7");
  for (const auto& line : lines) {
    if (text_at(line, "event") != "sign_in") continue;
    EXPECT_TRUE(names.contains(text_at(line, "request_id"))) << line;
  }
  EXPECT_EQ(text_at(lines.front(), "user_agent_hash").size(), 16U);
  EXPECT_NE(text_at(lines.front(), "time"), "");
  for (const char* secret : {"secret password", "wrong password", "the browser of a test"}) {
    EXPECT_THAT(marketplace.system().log(), Not(HasSubstr(secret)));
  }
  for (const std::string& token : {first, third, ada->http.cookies()["device"]}) {
    EXPECT_THAT(marketplace.system().log(), Not(HasSubstr(token)));
  }
}

// One line in ten seconds of an address and a replica, for any number of refused attempts.
TEST(AuditLog, IsNotFilledByAFlood) {
  Marketplace marketplace({{"SIGN_INS_A_MINUTE", "2"}});
  const auto eve = marketplace.visitor();
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 300; ++i) {
    eve->http.post("/api/users/signin", R"({"email":"a@example.com","password":"wrong one"})");
  }
  const auto lines = static_cast<std::int64_t>(lines_of(marketplace.system(), "audit").size());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since(begun)).count();
  EXPECT_THAT(lines, testing::AllOf(testing::Ge(3), testing::Le(20 + seconds / 2)));
}

TEST(AuditLog, HasTheEndOfASessionOnce) {
  Marketplace& marketplace = shared_marketplace();
  const auto ada = marketplace.person();
  const auto cookies = ada->http.cookies();
  for (int i = 0; i < 5; ++i) {
    ada->http.cookies() = cookies;
    EXPECT_EQ(ada->http.post("/api/users/signout", "{}").status, 200);
  }
  EXPECT_THAT(events_of(marketplace.system(), ada->id),
              testing::UnorderedElementsAre("sign_up succeeded", "sign_out succeeded"));
}

TEST(AuditLog, HasTheSessionThatMadeRoomForANewOne) {
  Marketplace marketplace({{"SESSIONS_MAX", "1"}});
  const auto ada = marketplace.person();
  const auto browser = marketplace.visitor();
  const std::string body = fmt::format(R"({{"email":"{}","password":"123456"}})", ada->email);
  EXPECT_EQ(browser->http.post("/api/users/signin", body).status, 200);
  EXPECT_THAT(events_of(marketplace.system(), ada->id),
              testing::UnorderedElementsAre("sign_up succeeded", "sign_in succeeded",
                                            "session_ended succeeded too_many_sessions"));
}

TEST(AuditLog, HasTheActionsOfOperators) {
  Marketplace marketplace({{"OPERATOR_TOKEN", "a token of an operator"}});
  HttpClient http(
      [&](std::string_view) { return port_of_service(marketplace.system(), "payments"); });
  http.add_header("X-Operator", "olivia@desk");
  const auto ask = [&](const std::string& token) {
    return http
        .post("/operator/payments/refunds", R"({"orderId":"order-1"})",
              {{"Authorization", "Bearer " + token}})
        .status;
  };
  EXPECT_EQ(ask("a guessed password"), 401);
  EXPECT_GE(ask("a token of an operator"), 400) << "there is no such order";
  const auto lines = lines_of(marketplace.system(), "audit");
  ASSERT_EQ(lines.size(), 2U);
  for (const auto& line : lines) {
    EXPECT_EQ(text_at(line, "event"), "operator.refund");
    EXPECT_EQ(text_at(line, "outcome"), "refused");
    EXPECT_EQ(text_at(line, "subject"), "order-1");
    EXPECT_EQ(text_at(line, "operator"), "olivia@desk");
  }
  EXPECT_EQ(text_at(lines[0], "reason"), "not_an_operator");
  EXPECT_THAT(marketplace.system().log(), Not(HasSubstr("token of an operator")));
}

TEST(AccessLog, HasOneOfManyRequests) {
  Marketplace marketplace({{"LOG_LEVEL", "info"}, {"ACCESS_LOG_EVERY", "10"}});
  const auto visitor = marketplace.visitor();
  const std::size_t before = lines_of(marketplace.system(), "access").size();
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(visitor->http.get("/api/tickets?limit=1").status, 200);
  }
  const auto lines = lines_of(marketplace.system(), "access");
  EXPECT_THAT(lines.size() - before, testing::AllOf(testing::Ge(18U), testing::Le(26U)))
      << marketplace.system().log();
  EXPECT_EQ(text_at(lines.back(), "one_of"), "10");
  EXPECT_EQ(text_at(lines.back(), "status"), "200");
}

}  // namespace
}  // namespace ticketing::system
