// The whole service as its callers see it: routes, sandbox, listeners and periodic tasks together,
// on simulated time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures/test_client.hpp"
#include "payments/service.hpp"
#include "payments/test_payments.hpp"
#include "payments/webhooks/webhook.hpp"

namespace ticketing::payments {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* operator_token = "a token of the operator";

class PaymentsApiTest : public testing::Test {
 public:
  ~PaymentsApiTest() override {
    platform_.run(platform_.bus().stop());
    platform_.run(service_->stop());
  }

 protected:
  explicit PaymentsApiTest(sandbox::Faults faults = {})
      : service_(make_service(platform_.get(), {.webhook_secret = "whsec",
                                                .operator_token = operator_token,
                                                .sandbox_faults = faults})),
        client_(platform_, service_->routes()) {
    service_->subscribe();
    platform_.bus().start();
    service_->start();
  }

  std::string make_order() { return orders_.make(); }
  void complete(const std::string& order_id) {
    orders_.complete(order_id);
    platform_.pass(std::chrono::seconds{2});
  }
  std::string make_captured_order() {
    const std::string order_id = make_order();
    EXPECT_EQ(pay(body(order_id)).status, 202);
    complete(order_id);
    return order_id;
  }

  static std::string body(const std::string& order_id, const std::string& token = "tok_visa") {
    return R"({"orderId":")" + order_id + R"(","token":")" + token + "\"}";
  }
  http::Response send(const std::string& method, const std::string& path,
                      const std::string& text = "", const std::string& key = "") {
    fixtures::TestClient::Options options{.user_id = "buyer", .body = text};
    if (!key.empty()) options.headers.emplace_back("Idempotency-Key", key);
    return client_.send(method, path, std::move(options));
  }
  http::Response pay(const std::string& text, const std::string& key = "") {
    return send("POST", "/api/payments", text, key);
  }
  http::Response refund(const std::string& order_id, const std::string& text = "",
                        const std::string& key = "") {
    return send("POST", "/api/orders/" + order_id + "/refund", text, key);
  }
  http::Response ask_as_operator(const std::string& method, const std::string& path,
                                 const std::string& text = "",
                                 const std::string& token = operator_token,
                                 const std::string& key = "") {
    std::vector<std::pair<std::string, std::string>> headers = {
        {"Authorization", "Bearer " + token}};
    if (!key.empty()) headers.emplace_back("Idempotency-Key", key);
    return client_.send(
        method, path,
        {.body = text,
         .headers = headers,
         .query = {{"from", "2020-01-01T00:00:00.000Z"}, {"to", "2040-01-01T00:00:00.000Z"}}});
  }

  fixtures::TestPlatform platform_;
  std::unique_ptr<runtime::Service> service_;
  fixtures::TestClient client_;
  fixtures::TestOrders orders_{platform_};
  TestDelivery delivery_{platform_};
};

TEST_F(PaymentsApiTest, NeedsASession) {
  const std::string order_id = make_order();
  for (const auto& [method, path] : std::vector<std::pair<std::string, std::string>>{
           {"POST", "/api/payments"},
           {"GET", "/api/orders/" + order_id + "/refund"},
           {"POST", "/api/orders/" + order_id + "/refund"}}) {
    EXPECT_EQ(client_.send(method, path, {.body = body(order_id)}).status, 401) << path;
  }
}

TEST_F(PaymentsApiTest, RefusesBadInput) {
  const std::string id = make_order();
  for (const std::string& bad :
       {std::string("{"), std::string("{}"), body("no id"), body(id, ""), body(id, "with space"),
        body(id, std::string(256, 'x')), R"({"orderId":")" + id + "\"}",
        R"({"orderId":")" + id + R"(","paymentMethodId":""})"}) {
    EXPECT_EQ(pay(bad).status, 400) << bad;
  }
  for (const char* bad : {"{", R"({"amount":0})", R"({"amount":"x"})", R"({"relist":1})"}) {
    EXPECT_EQ(refund(id, bad).status, 400) << bad;
  }
  EXPECT_EQ(pay(body(id), "with space").status, 400);
  EXPECT_EQ(refund(id, "", "with space").status, 400);
}

TEST_F(PaymentsApiTest, CapturesByItselfAndRepeatsTheAnswerOfAKey) {
  const std::string order_id = make_order();
  const auto first = pay(body(order_id), "key");
  EXPECT_EQ(first.status, 202);
  EXPECT_THAT(first.body, HasSubstr(R"("status":"processing")"));
  complete(order_id);
  const auto second = pay(body(order_id), "key"), third = pay(body(order_id), "key");
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(third.status, 201);
  EXPECT_EQ(third.body, second.body);
  EXPECT_EQ(third.headers.find("Idempotent-Replayed"), "true");
  EXPECT_EQ(pay(body(order_id, "tok_mastercard"), "key").status, 422);
  EXPECT_EQ(pay(body(order_id)).status, 400);  // another attempt: it is paid
}

TEST_F(PaymentsApiTest, RepeatsADeclineOfAKey) {
  const std::string order_id = make_order();
  const auto first = pay(body(order_id, "tok_chargeDeclinedInsufficientFunds"), "key");
  EXPECT_EQ(first.status, 400);
  EXPECT_THAT(first.body, HasSubstr("insufficient funds"));
  EXPECT_EQ(pay(body(order_id, "tok_chargeDeclinedInsufficientFunds"), "key").body, first.body);
  EXPECT_EQ(pay(body(order_id, "tok_visa"), "other-key").status, 202);
}

TEST_F(PaymentsApiTest, RefundsWithinTheWindow) {
  const std::string order_id = make_captured_order();
  const auto shown = send("GET", "/api/orders/" + order_id + "/refund");
  EXPECT_EQ(shown.status, 200);
  EXPECT_THAT(shown.body, HasSubstr(R"("refundable":20,)"));
  const auto part = refund(order_id, R"({"amount":5})", "key");
  EXPECT_EQ(part.status, 201);
  EXPECT_THAT(part.body, HasSubstr(R"("amount":5,)"));
  EXPECT_EQ(refund(order_id, R"({"amount":5})", "key").headers.find("Idempotent-Replayed"), "true");
  EXPECT_EQ(refund(order_id, R"({"amount":6})", "key").status, 422);
  EXPECT_EQ(refund(order_id, R"({"amount":15.01})").status, 400);
  EXPECT_EQ(refund(order_id, R"({"relist":true})").status, 201);
  EXPECT_EQ(refund(platform_.next_id()).status, 404);
}

TEST_F(PaymentsApiTest, AcceptsSignedWebhooksOnly) {
  const std::string text =
      R"({"id":"e","type":"payment_intent.succeeded","data":{"object":{"id":"pi"}}})";
  const auto send_signed = [&](const std::string& secret) {
    return client_.send(
        "POST", "/api/payments/webhook",
        {.body = text,
         .headers = {{"Stripe-Signature", webhooks::sign_webhook(secret, text, platform_.now())}}});
  };
  EXPECT_EQ(send_signed("guessed").status, 400);
  EXPECT_EQ(send_signed("whsec").status, 200);
  EXPECT_EQ(client_.send("POST", "/api/payments/webhook", {.body = text}).status, 400);
}

TEST_F(PaymentsApiTest, ShowsBothLedgersToAnOperator) {
  make_captured_order();
  for (const char* path : {"/operator/payments/ours", "/operator/payments/theirs"}) {
    EXPECT_EQ(ask_as_operator("GET", path, "", "another token").status, 401);
    const auto page = ask_as_operator("GET", path);
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr(R"("capturedCents":2000)"));
    EXPECT_THAT(page.body, Not(HasSubstr(R"("next":)")));
    EXPECT_EQ(client_
                  .send("GET", path,
                        {.headers = {{"Authorization", std::string("Bearer ") + operator_token}}})
                  .status,
              400);
  }
}

TEST_F(PaymentsApiTest, LetsAnOperatorRefundAfterTheWindow) {
  const std::string order_id = make_captured_order();
  platform_.pass(std::chrono::hours{1});
  const auto late = refund(order_id);
  EXPECT_EQ(late.status, 400);
  EXPECT_THAT(late.body, HasSubstr("refund_window_over"));
  const std::string request = R"({"orderId":")" + order_id + R"(","amount":1.5})";
  EXPECT_EQ(ask_as_operator("POST", "/operator/payments/refunds", request, "x").status, 401);
  EXPECT_EQ(ask_as_operator("POST", "/operator/payments/refunds", request).status, 201);
  EXPECT_EQ(ask_as_operator("POST", "/operator/payments/refunds", "{}").status, 400);
}

TEST_F(PaymentsApiTest, RefusesARefundOfATicketThatWasShown) {
  const std::string order_id = make_captured_order();
  delivery_.has_revealed = true;
  const auto late = refund(order_id, "", "key");
  EXPECT_EQ(late.status, 400);
  EXPECT_THAT(late.body, HasSubstr(R"("slug":"ticket_revealed")"));
  EXPECT_EQ(refund(order_id, "", "key").body, late.body) << "the answer of the key";
  EXPECT_THAT(refund(order_id).body, HasSubstr("ticket_revealed"));
  EXPECT_EQ(delivery_.requests.size(), 1U) << "the reveal is known";
  EXPECT_THAT(send("GET", "/api/orders/" + order_id + "/refund").body,
              HasSubstr(R"("refundable":0,)"));
}

TEST_F(PaymentsApiTest, LetsAnOperatorRefundATicketThatWasShownWithAReasonOnly) {
  const std::string order_id = make_captured_order();
  delivery_.reveal(order_id);
  delivery_.has_revealed = true;
  const auto ask = [&](const std::string& terms) {
    return ask_as_operator("POST", "/operator/payments/refunds",
                           R"({"orderId":")" + order_id + "\"" + terms + "}");
  };
  EXPECT_THAT(ask("").body, HasSubstr("ticket_revealed"));
  for (const std::string& bad : {std::string(R"(,"reason":"")"), std::string(R"(,"reason":7)"),
                                 R"(,"reason":")" + std::string(201, 'x') + "\""}) {
    const auto refused = ask(bad);
    EXPECT_EQ(refused.status, 400) << bad;
    EXPECT_THAT(refused.body, HasSubstr(R"("field":"reason")")) << bad;
  }
  EXPECT_THAT(ask(R"(,"relist":true,"reason":"moved")").body, HasSubstr("ticket_revealed"));
  testing::internal::CaptureStderr();
  EXPECT_EQ(ask(R"(,"reason":"The show was moved")").status, 201);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr(R"("reason":"The show was moved")"));
}

TEST_F(PaymentsApiTest, AcceptsARefundWhileDeliveryIsAway) {
  const std::string order_id = make_captured_order();
  delivery_.is_away = true;
  const Timestamp begun = platform_.now();
  const auto accepted = refund(order_id, "", "key");
  EXPECT_EQ(accepted.status, 202);
  EXPECT_THAT(accepted.body, HasSubstr(R"("status":"processing")"));
  EXPECT_LT(platform_.now() - begun, std::chrono::seconds{4});
  delivery_.is_away = false;
  platform_.pass(std::chrono::minutes{1});
  EXPECT_EQ(refund(order_id, "", "key").status, 201);
}

// A command that was interrupted is sent again.
TEST_F(PaymentsApiTest, RefundsOnceForAnOperatorWhoAsksAgainWithTheSameKey) {
  const std::string order_id = make_captured_order();
  const std::string request = R"({"orderId":")" + order_id + R"(","amount":1.5})";
  const auto ask = [&](const std::string& key) {
    return ask_as_operator("POST", "/operator/payments/refunds", request, operator_token, key);
  };
  testing::internal::CaptureStderr();
  const auto first = ask("key-1"), again = ask("key-1"), second = ask("key-2");
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(second.status, 201);
  EXPECT_NE(second.body, first.body);
  EXPECT_THAT(ask_as_operator("GET", "/operator/payments/ours").body,
              HasSubstr(R"("refundedCents":300)"));
  EXPECT_THAT(log,
              HasSubstr(R"("outcome":"succeeded","subject":")" + order_id + R"(","amount":"1.5")"));
  EXPECT_THAT(log, HasSubstr(R"("reason":"repeated")"));
  EXPECT_EQ(
      ask_as_operator("POST", "/operator/payments/refunds",
                      R"({"orderId":")" + order_id + R"(","amount":2})", operator_token, "key-1")
          .status,
      422);
}

TEST(PaymentsService, HasNoOperatorRoutesWithoutAToken) {
  fixtures::TestPlatform platform;
  const auto service = make_service(platform.get(), {});
  for (const http::Route& route : service->routes()) {
    EXPECT_FALSE(route.pattern.starts_with("/operator")) << route.pattern;
  }
}

class LosingAnswersTest : public PaymentsApiTest {
 protected:
  LosingAnswersTest() : PaymentsApiTest({.lose_answer_percent = 60, .refuse_percent = 20}) {}
};

TEST_F(LosingAnswersTest, ComesToTheRightEndByItself) {
  std::vector<std::string> paid;
  for (int i = 0; i < 10; ++i) {
    const std::string order_id = make_order();
    if (pay(body(order_id)).status == 202) paid.push_back(order_id);
  }
  ASSERT_FALSE(paid.empty());
  for (const std::string& order_id : paid) complete(order_id);
  platform_.pass(std::chrono::minutes{10});
  EXPECT_EQ(platform_.metric("payments_unfinished"), 0);
  for (const std::string& order_id : paid) {
    EXPECT_EQ(pay(body(order_id)).status, 400);  // paid
    EXPECT_EQ(refund(order_id).status / 100, 2);
  }
  platform_.pass(std::chrono::minutes{10});
  EXPECT_EQ(platform_.metric("refunds_unfinished"), 0);
}

}  // namespace
}  // namespace ticketing::payments
