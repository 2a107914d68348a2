#include "payments/webhooks/webhook.hpp"

#include <gtest/gtest.h>

namespace ticketing::payments::webhooks {
namespace {

const Timestamp now = from_millis(1'800'000'000'000);
const std::string secret = "whsec_test";
const std::string body = R"({"id":"evt_1"})";

TEST(Webhook, AcceptsASignatureUpToFiveMinutesOld) {
  const std::string header = sign_webhook(secret, body, now);
  EXPECT_TRUE(is_signed(secret, header, body, now));
  EXPECT_TRUE(is_signed(secret, header, body, now + std::chrono::seconds{300}));
  EXPECT_FALSE(is_signed(secret, header, body, now + std::chrono::seconds{301}));
  EXPECT_FALSE(is_signed(secret, header, body, now - std::chrono::seconds{301}));
}

TEST(Webhook, AcceptsOneGoodSignatureAmongSeveral) {
  const std::string header = sign_webhook(secret, body, now);
  const std::string both = header.substr(0, header.find(',')) + ",v1=00," +
                           header.substr(header.find(',') + 1) + ",v0=x";
  EXPECT_TRUE(is_signed(secret, both, body, now));
}

TEST(Webhook, RefusesForgeries) {
  const std::string header = sign_webhook(secret, body, now);
  EXPECT_FALSE(is_signed("other", header, body, now));
  EXPECT_FALSE(is_signed("", sign_webhook("", body, now), body, now));
  EXPECT_FALSE(is_signed(secret, header, body + " ", now));
  for (const std::string bad : {"", "t=", "t=1800000000", "v1=00", "t=x,v1=00",
                                "t=1800000000,v1=", ",,,", "t=1800000000,v0=00"}) {
    EXPECT_FALSE(is_signed(secret, bad, body, now)) << bad;
  }
}

TEST(Webhook, NamesThePaymentIntentItIsAbout) {
  const auto intent = read_webhook(
      R"({"id":"evt_1","type":"payment_intent.succeeded","data":{"object":{"id":"pi_1"}}})");
  ASSERT_TRUE(intent);
  EXPECT_EQ(intent->intent_id, "pi_1");
  const auto dispute = read_webhook(R"({"id":"evt_2","type":"charge.dispute.created",
      "data":{"object":{"id":"dp_1","payment_intent":"pi_1"}}})");
  ASSERT_TRUE(dispute);
  EXPECT_EQ(dispute->object_id, "dp_1");
  EXPECT_EQ(dispute->intent_id, "pi_1");
}

TEST(Webhook, IsNoneWithoutIdTypeOrObject) {
  for (const char* text :
       {"", "[]", "{}", R"({"id":"e","type":"t"})", R"({"id":"e","type":"t","data":{}})",
        R"({"id":1,"type":"t","data":{"object":{}}})"}) {
    EXPECT_FALSE(read_webhook(text)) << text;
  }
}

TEST(Webhook, ConcernsUsWhenItIsAboutMoney) {
  EXPECT_TRUE(is_handled("payment_intent.amount_capturable_updated"));
  EXPECT_TRUE(is_handled("charge.refunded"));
  EXPECT_FALSE(is_handled("customer.created"));
}

TEST(Webhook, IsTriedAgainForEightyFourMinutes) {
  EXPECT_EQ(std::chrono::round<std::chrono::minutes>(webhook_retry_time).count(), 84);
  EXPECT_EQ(webhook_backoff.after(1), Milliseconds{250});
  EXPECT_EQ(webhook_backoff.after(webhook_retries_max), Milliseconds{50'000});
}

}  // namespace
}  // namespace ticketing::payments::webhooks
