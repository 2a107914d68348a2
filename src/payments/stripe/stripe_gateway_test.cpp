#include "payments/stripe/stripe_gateway.hpp"

#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "fixtures/test_platform.hpp"

namespace ticketing::payments::stripe {
namespace {

constexpr const char* unexpected_state =
    R"({"error":{"type":"invalid_request_error","code":"payment_intent_unexpected_state"}})";
constexpr const char* reused_key = R"({"error":{"type":"idempotency_error","code":""}})";

// One PaymentIntent, and the answers that are stored under the keys.
struct StoredAnswers {
  std::string status = "requires_capture";
  const char* refusal = nullptr;  // of what is asked for with a new key
  std::string refunds;            // as a list of JSON objects
  std::map<std::string, http::Answer> by_key;

  std::string intent() const { return R"({"id":"pi","status":")" + status + R"("})"; }

  http::Answer answer(const http::Call& call) {
    const bool is_list = call.url.find("/v1/refunds") != std::string::npos;
    if (call.method == "GET")
      return {.status = 200, .body = is_list ? R"({"data":[)" + refunds + "]}" : intent()};
    const std::string key(call.headers.find("Idempotency-Key").value_or(""));
    if (const auto stored = by_key.find(key); stored != by_key.end()) {
      http::Answer again = stored->second;
      again.headers.add("Idempotent-Replayed", "true");
      return again;
    }
    return by_key[key] = carry_out(call);
  }
  http::Answer carry_out(const http::Call& call) {
    if (refusal != nullptr) return {.status = 400, .body = refusal};
    status = call.url.ends_with("/cancel") ? "canceled" : "succeeded";
    return {.status = 200, .body = intent()};
  }
};

class StoringClient final : public http::Client {
 public:
  explicit StoringClient(StoredAnswers& stripe) : stripe_(stripe) {}
  Task<http::CallResult> call(http::Call call) override { co_return stripe_.answer(call); }

 private:
  StoredAnswers& stripe_;
};

class StripesStoredAnswers : public testing::Test {
 protected:
  ReleaseOutcome release() { return platform_.run(gateway_->release("pi", "p1-release")); }
  CaptureOutcome capture() { return platform_.run(gateway_->capture("pi", "p1-capture")); }
  RefundOutcome refund() {
    return platform_.run(gateway_->refund({.payment_id = "p1",
                                           .refund_id = "r1",
                                           .stripe_id = "pi",
                                           .amount = Money{100},
                                           .idempotency_key = "r1-refund",
                                           .begun_at = begun_at_}));
  }

  fixtures::TestPlatform platform_;
  const Timestamp begun_at_ = platform_.now();
  StoredAnswers stripe_;
  std::unique_ptr<PaymentGateway> gateway_ =
      make_gateway(platform_.get(), {.secret_key = "sk_test", .make_client = [this](const auto&) {
                                       return std::make_unique<StoringClient>(stripe_);
                                     }});
};

TEST_F(StripesStoredAnswers, DoNotRefuseForADayToRelease) {
  stripe_.refusal = unexpected_state;
  EXPECT_TRUE(std::holds_alternative<Unknown>(release()));
  stripe_.refusal = nullptr;
  EXPECT_TRUE(std::holds_alternative<Released>(release()));
  EXPECT_EQ(stripe_.status, "canceled");
}

TEST_F(StripesStoredAnswers, DoNotRefuseForADayToCapture) {
  stripe_.refusal = unexpected_state;
  EXPECT_TRUE(std::holds_alternative<Unknown>(capture()));
  stripe_.refusal = nullptr;
  EXPECT_TRUE(std::holds_alternative<Captured>(capture()));
  EXPECT_EQ(stripe_.status, "succeeded");
}

TEST_F(StripesStoredAnswers, AreNotAskedForAgainWhereTheKeyWasUsedByAnotherRelease) {
  stripe_.by_key["p1-release"] = {.status = 400, .body = reused_key};
  EXPECT_TRUE(std::holds_alternative<Released>(release()));
}

TEST_F(StripesStoredAnswers, OfASuccessAreTaken) {
  EXPECT_TRUE(std::holds_alternative<Captured>(capture()));
  EXPECT_TRUE(std::holds_alternative<Captured>(capture()));
  EXPECT_EQ(stripe_.by_key.size(), 1U);
}

// For example a refund whose answer was lost, and which the next release of this program asks for
// with one parameter more.
TEST_F(StripesStoredAnswers, DoNotRefuseARefundThatWasMadeWithOtherParameters) {
  stripe_.by_key["r1-refund"] = {.status = 400, .body = reused_key};
  EXPECT_TRUE(std::holds_alternative<Unknown>(refund()));
  stripe_.refunds =
      R"({"id":"re","status":"succeeded","amount":100,"metadata":{"refund_id":"r1"}})";
  EXPECT_TRUE(std::holds_alternative<Refunded>(refund()));
  stripe_.refunds = "";
  platform_.skip(std::chrono::minutes{11});
  EXPECT_TRUE(std::holds_alternative<Refused>(refund()));
}

}  // namespace
}  // namespace ticketing::payments::stripe
