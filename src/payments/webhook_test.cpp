#include "payments/webhook.hpp"

#include <gtest/gtest.h>

namespace ticketing::payments {
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

}  // namespace
}  // namespace ticketing::payments
