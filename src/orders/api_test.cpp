// The whole service as its callers see it: routes, listeners and periodic tasks together, on
// simulated time.
#include <gmock/gmock.h>

#include "fixtures/test_client.hpp"
#include "orders/service.hpp"
#include "orders/test_orders.hpp"

namespace ticketing::orders {
namespace {

using testing::HasSubstr;

class OrdersApiTest : public testing::Test {
 public:
  ~OrdersApiTest() override {
    platform_.run(platform_.bus().stop());
    platform_.run(service_->stop());
  }

 protected:
  OrdersApiTest() {
    service_->subscribe();
    platform_.bus().start();
    service_->start();
  }

  static std::string body(const std::string& ticket_id) {
    return R"({"ticketId":")" + ticket_id + "\"}";
  }
  http::Response send(const std::string& method, const std::string& path,
                      const std::string& text = "", const std::string& key = "",
                      const std::string& user_id = "buyer") {
    fixtures::TestClient::Options options{.user_id = user_id, .body = text};
    if (!key.empty()) options.headers.emplace_back("Idempotency-Key", key);
    return client_.send(method, path, std::move(options));
  }
  http::Response order(const std::string& text, const std::string& key = "") {
    return send("POST", "/api/orders", text, key);
  }
  // The same inside of another task.
  Task<> order_with_key(std::string text, std::string key, std::string& answer) {
    http::Request request{.method = "POST", .path = "/api/orders", .body = text};
    request.headers.add("Cookie", "session=" + platform_.session_of("buyer"));
    request.headers.add("Idempotency-Key", key);
    const http::Routes routes = service_->routes();
    const auto route = std::ranges::find(routes, "POST", &http::Route::method);
    const auto response = co_await fixtures::call_endpoint(route->endpoint, request);
    answer = response.value().body;
  }
  // The order's address in the answer.
  static std::string location(const http::Response& made) {
    return std::string(made.headers.find("Location").value_or("no location"));
  }

  fixtures::TestPlatform platform_;
  std::unique_ptr<runtime::Service> service_ = make_service(platform_.get(), {.hold = hold});
  fixtures::TestClient client_{platform_, service_->routes()};
  OtherServices others_{platform_};
};

TEST_F(OrdersApiTest, NeedsASession) {
  for (const auto& [method, path] :
       std::vector<std::pair<std::string, std::string>>{{"GET", "/api/orders"},
                                                        {"POST", "/api/orders"},
                                                        {"GET", "/api/orders/x"},
                                                        {"DELETE", "/api/orders/x"},
                                                        {"GET", "/api/orders/x/stream"}}) {
    EXPECT_EQ(client_.send(method, path, {.body = body("x")}).status, 401) << path;
  }
}

TEST_F(OrdersApiTest, RefusesBadInput) {
  const std::string id = others_.make_ticket();
  for (const std::string& bad :
       {std::string("{"), std::string("{}"), body("no id"), std::string(R"({"ticketId":7})"),
        R"({"ticketId":")" + id + R"(","price":0})", R"({"ticketId":")" + id + R"(","price":"x"})",
        R"({"ticketId":")" + id + R"(","filePromised":"true"})"}) {
    EXPECT_EQ(order(bad).status, 400) << bad;
  }
  EXPECT_EQ(order(body(id), "with space").status, 400);
  EXPECT_EQ(order(body(id)).status, 201);
}

TEST_F(OrdersApiTest, MakesShowsAndCancelsAnOrder) {
  const auto made = order(body(others_.make_ticket()));
  EXPECT_EQ(made.status, 201);
  EXPECT_THAT(made.body, HasSubstr(R"("status":"created")"));
  const std::string path = location(made);
  EXPECT_EQ(send("GET", path).body, made.body);
  EXPECT_EQ(send("GET", path, "", "", "another").status, 401);
  EXPECT_EQ(send("GET", path + "/stream").status, 200);
  EXPECT_EQ(send("GET", "/api/orders").body, "[" + made.body + "]");
  EXPECT_EQ(send("DELETE", path).status, 204);
  EXPECT_EQ(send("DELETE", path).status, 204);
  EXPECT_THAT(send("GET", path).body, HasSubstr("cancelled_by_buyer"));
}

TEST_F(OrdersApiTest, RepeatsTheAnswerOfAKey) {
  const std::string ticket_id = others_.make_ticket();
  const auto first = order(body(ticket_id), "key");
  EXPECT_FALSE(first.headers.find("Idempotent-Replayed"));
  const auto second = order(body(ticket_id), "key");
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.headers.find("Idempotent-Replayed"), "true");
  EXPECT_EQ(order(body(others_.make_ticket()), "key").status, 422);
  EXPECT_THAT(order(body(ticket_id), "another-key").body, HasSubstr("ticket_reserved"));
  EXPECT_THAT(order(body(ticket_id)).body, HasSubstr("ticket_reserved"));
}

TEST_F(OrdersApiTest, RepeatsTheRefusalOfAKey) {
  const std::string ticket_id = others_.make_ticket();
  const std::string taken = location(order(body(ticket_id)));
  const auto refused = order(body(ticket_id), "key");
  EXPECT_EQ(refused.status, 400);
  ASSERT_EQ(send("DELETE", taken).status, 204);
  const auto again = order(body(ticket_id), "key");
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(again.body, refused.body);
  EXPECT_EQ(order(body(ticket_id), "another-key").status, 201);
}

TEST_F(OrdersApiTest, KeepsTheKeysOfUsersApart) {
  EXPECT_EQ(order(body(others_.make_ticket()), "key").status, 201);
  const auto answer = send("POST", "/api/orders", body(others_.make_ticket()), "key", "another");
  EXPECT_EQ(answer.status, 201);
  EXPECT_THAT(answer.body, HasSubstr(R"("userId":"another")"));
}

TEST_F(OrdersApiTest, NamesThePresentPriceWhenItIsAnotherOne) {
  const std::string text = R"({"ticketId":")" + others_.make_ticket() + R"(","price":19.99})";
  const auto refused = order(text, "key");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("price_changed"));
  EXPECT_THAT(refused.body, HasSubstr(R"("price":20)"));
  EXPECT_EQ(order(text, "key").body, refused.body);
}

TEST_F(OrdersApiTest, NamesThePresentPromiseWhenItIsAnotherOne) {
  const std::string ticket_id = others_.make_ticket();
  const auto seen = [&](const std::string& promise) {
    return R"({"ticketId":")" + ticket_id + R"(","filePromised":)" + promise + "}";
  };
  const auto refused = order(seen("true"), "key");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("promise_changed"));
  EXPECT_THAT(refused.body, HasSubstr(R"("field":"filePromised","filePromised":false})"));
  EXPECT_EQ(order(seen("true"), "key").body, refused.body);
  EXPECT_EQ(order(seen("false"), "key").status, 422);
  EXPECT_EQ(order(seen("false"), "another-key").status, 201);
}

TEST_F(OrdersApiTest, TakesAnOrderThatDoesNotSayWhatWasPromised) {
  const std::string none = R"({"ticketId":")" + others_.make_ticket() + R"(","filePromised":null})";
  EXPECT_EQ(order(none).status, 201);
  EXPECT_EQ(order(body(others_.make_ticket())).status, 201);
}

TEST_F(OrdersApiTest, AnswersNotFoundForOtherOrders) {
  EXPECT_EQ(order(body(platform_.next_id())).status, 404);
  EXPECT_EQ(send("GET", "/api/orders/" + platform_.next_id()).status, 404);
  EXPECT_EQ(send("DELETE", "/api/orders/" + platform_.next_id()).status, 404);
}

// The first request with the key commits while the second is on its way to do the same.
TEST_F(OrdersApiTest, GivesTwoRequestsWithOneKeyOneAnswer) {
  const std::string ticket_id = others_.make_ticket();
  std::string first;
  platform_.database().before_next_commit(
      [&] { return order_with_key(body(ticket_id), "key", first); });
  const auto second = order(body(ticket_id), "key");
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first);
  EXPECT_EQ(second.headers.find("Idempotent-Replayed"), "true");
}

TEST_F(OrdersApiTest, KeepsALimitedNumberOfKeysOfAUserAndDeletesThemAfterADay) {
  platform_.get().limits.idempotency_keys = 1;
  const auto first = order(body(others_.make_ticket()), "key");
  EXPECT_EQ(first.status, 201);
  const std::string next = body(others_.make_ticket());
  EXPECT_THAT(order(next, "another-key").body, HasSubstr("too_many_keys"));
  platform_.skip(std::chrono::hours{24});
  platform_.pass(std::chrono::minutes{10});
  EXPECT_EQ(order(next, "another-key").status, 201);
}

TEST_F(OrdersApiTest, EndsAnOverdueOrderByItself) {
  const std::string path = location(order(body(others_.make_ticket())));
  platform_.skip(hold);
  platform_.pass(std::chrono::seconds{9});
  EXPECT_THAT(send("GET", path).body, HasSubstr(R"("reason":"expired")"));
}

TEST_F(OrdersApiTest, GivesTheHoldInTheSettings) {
  const auto settings = client_.send("GET", "/api/settings", {});
  EXPECT_EQ(settings.status, 200);
  EXPECT_THAT(settings.body, HasSubstr(R"("holdSeconds":900)"));
  EXPECT_THAT(settings.body, HasSubstr(R"("proofRequired":false)"));
}

}  // namespace
}  // namespace ticketing::orders
