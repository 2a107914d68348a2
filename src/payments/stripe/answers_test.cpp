#include "payments/stripe/answers.hpp"

#include <gtest/gtest.h>

namespace ticketing::payments::stripe {
namespace {

TEST(Answers, ReadAPaymentIntentWithItsLatestCharge) {
  const auto intent = read_intent(R"({
    "id": "pi_1", "object": "payment_intent", "amount": 2000, "amount_received": 2000,
    "status": "succeeded", "created": 1800000000, "client_secret": "pi_1_secret_x",
    "metadata": {"order_id": "o", "payment_id": "p"},
    "latest_charge": {"id": "ch_1", "amount_refunded": 500}, "last_payment_error": null})");
  ASSERT_TRUE(intent);
  EXPECT_EQ(intent->id, "pi_1");
  EXPECT_EQ(intent->payment_id, "p");
  EXPECT_EQ(intent->order_id, "o");
  EXPECT_EQ(intent->status, IntentStatus::taken);
  EXPECT_EQ(intent->amount.cents, 2'000);
  EXPECT_EQ(intent->captured.cents, 2'000);
  EXPECT_EQ(intent->refunded.cents, 500);
  EXPECT_EQ(intent->created_at, from_millis(1'800'000'000'000));
}

TEST(Answers, ReadEveryStatusOfAPaymentIntent) {
  const std::pair<const char*, IntentStatus> statuses[] = {
      {"requires_payment_method", IntentStatus::declined},
      {"requires_confirmation", IntentStatus::declined},
      {"requires_action", IntentStatus::requires_action},
      {"processing", IntentStatus::processing},
      {"requires_capture", IntentStatus::held},
      {"canceled", IntentStatus::released},
      {"succeeded", IntentStatus::taken},
      {"something_new", IntentStatus::processing}};
  for (const auto& [text, status] : statuses) {
    const auto intent = read_intent(std::string(R"({"id":"pi","status":")") + text + "\"}");
    ASSERT_TRUE(intent);
    EXPECT_EQ(intent->status, status) << text;
  }
}

TEST(Answers, PreferTheReasonOfADeclineToItsCode) {
  EXPECT_EQ(read_error(R"({"error":{"type":"card_error","code":"card_declined",
                           "decline_code":"insufficient_funds"}})")
                .code,
            "insufficient_funds");
  EXPECT_EQ(read_error(R"({"error":{"type":"card_error","code":"expired_card"}})").code,
            "expired_card");
}

TEST(Answers, GoOnFromTheLastOfAPage) {
  const auto page = read_intents(R"({"object":"list","has_more":true,
      "data":[{"id":"pi_2","status":"canceled"},{"id":"pi_1","status":"succeeded"}]})");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->intents.size(), 2U);
  EXPECT_EQ(page->next, "pi_1");
  EXPECT_FALSE(read_intents(R"({"has_more":false,"data":[{"id":"pi_1"}]})")->next);
}

TEST(Answers, AreNothingWhenTheyCannotBeRead) {
  for (const char* text : {"", "{", "[]", "null", R"({"id":5})", R"({"status":"succeeded"})"}) {
    EXPECT_FALSE(read_intent(text)) << text;
    EXPECT_FALSE(read_refund(text)) << text;
    EXPECT_FALSE(read_intents(text)) << text;
    EXPECT_EQ(read_error(text).type, "") << text;
  }
}

TEST(Answers, CountARefundThatIsOnItsWayAsDone) {
  EXPECT_TRUE(read_refund(R"({"id":"re_1","status":"pending"})")->succeeded);
  EXPECT_TRUE(read_refund(R"({"id":"re_1","status":"succeeded"})")->succeeded);
  EXPECT_FALSE(read_refund(R"({"id":"re_1","status":"failed"})")->succeeded);
}

}  // namespace
}  // namespace ticketing::payments::stripe
