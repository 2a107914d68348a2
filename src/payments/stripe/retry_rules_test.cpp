#include "payments/stripe/retry_rules.hpp"

#include <gtest/gtest.h>

namespace ticketing::payments::stripe {
namespace {

TEST(RetryRules, SendAgainWhatMayYetBeAnswered) {
  for (const int status : {409, 429, 500, 502, 503, 504}) {
    EXPECT_TRUE(should_retry(status, std::nullopt)) << status;
  }
  for (const int status : {200, 400, 401, 402, 404}) {
    EXPECT_FALSE(should_retry(status, std::nullopt)) << status;
  }
}

TEST(RetryRules, FollowStripesHeader) {
  EXPECT_FALSE(should_retry(500, "false"));
  EXPECT_FALSE(should_retry(429, "false"));
  EXPECT_TRUE(should_retry(400, "true"));
}

TEST(RetryRules, DistinguishWhatCannotHaveHappenedFromWhatMay) {
  EXPECT_EQ(meaning_of(429), Meaning::not_done);
  EXPECT_EQ(meaning_of(401), Meaning::not_done);
  EXPECT_EQ(meaning_of(409), Meaning::undecided);
  EXPECT_EQ(meaning_of(500), Meaning::undecided);
  EXPECT_EQ(meaning_of(402), Meaning::final);
  EXPECT_EQ(meaning_of(200), Meaning::final);
}

}  // namespace
}  // namespace ticketing::payments::stripe
