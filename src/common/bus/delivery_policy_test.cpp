#include "common/bus/delivery_policy.hpp"

#include <gmock/gmock.h>

#include "common/base/exceptions.hpp"

namespace ticketing::bus {
namespace {

using Kind = DeliveryEnd::Kind;
using testing::ElementsAre;

class DeliveryHistoryTest : public testing::Test {
 protected:
  NextDelivery next(Kind kind) {
    return history_.next(policy_, {.kind = kind, .reason = "why"}, now_);
  }
  std::vector<std::int64_t> pauses(Kind kind, int count) {
    std::vector<std::int64_t> all;
    for (int i = 0; i < count; ++i) all.push_back(next(kind).pause.count());
    return all;
  }

  const DeliveryPolicy policy_{};
  DeliveryHistory history_;
  SteadyTime now_{std::chrono::hours{1}};
};

TEST_F(DeliveryHistoryTest, FailuresPauseLongerEachTimeAndEndAsADeadLetter) {
  EXPECT_THAT(pauses(Kind::failed, 9), ElementsAre(50, 100, 200, 400, 800, 1600, 3200, 5000, 5000));
  EXPECT_EQ(next(Kind::failed).given_up, "why");
  // The dead letter could not be stored: given up again, after a pause.
  const NextDelivery again = next(Kind::failed);
  EXPECT_EQ(again.given_up, "why");
  EXPECT_EQ(again.pause, Milliseconds{5'000});
}

TEST_F(DeliveryHistoryTest, AnOutageHasNoLimit) {
  EXPECT_THAT(pauses(Kind::unavailable, 4), ElementsAre(50, 100, 200, 400));
  for (int i = 0; i < 10'000; ++i) ASSERT_FALSE(next(Kind::unavailable).given_up);
  EXPECT_EQ(next(Kind::unavailable).pause, Milliseconds{5'000});
}

TEST_F(DeliveryHistoryTest, AnOutageLengthensNoOtherPause) {
  pauses(Kind::unavailable, 20);
  EXPECT_THAT(pauses(Kind::failed, 2), ElementsAre(50, 100));
  EXPECT_THAT(pauses(Kind::early, 2), ElementsAre(5, 10));
  EXPECT_THAT(pauses(Kind::failed, 1), ElementsAre(200));
}

TEST_F(DeliveryHistoryTest, APredecessorHasTenMinutes) {
  EXPECT_THAT(pauses(Kind::early, 10), ElementsAre(5, 10, 20, 40, 80, 160, 320, 640, 1000, 1000));
  now_ += std::chrono::minutes{10} - Milliseconds{1};
  EXPECT_FALSE(next(Kind::early).given_up);
  now_ += Milliseconds{1};
  const NextDelivery over = next(Kind::early);
  EXPECT_EQ(over.given_up, "no predecessor came");
  EXPECT_EQ(over.pause, Milliseconds{5'000});  // should the dead letter not be stored
}

TEST_F(DeliveryHistoryTest, APermanentFailureIsADeadLetterAtOnce) {
  EXPECT_EQ(next(Kind::permanent).given_up, "why");
}

TEST(DeliveryCountsTest, CountTheOutcomesOfEvents) {
  DeliveryCounts counts;
  const NextDelivery again{.pause = Milliseconds{50}};
  const NextDelivery never{.pause = Milliseconds{50}, .given_up = "why"};
  count(counts, {.kind = Kind::done}, nullptr);
  count(counts, {.kind = Kind::early}, &again);
  count(counts, {.kind = Kind::failed}, &again);
  count(counts, {.kind = Kind::unavailable}, &again);
  count(counts, {.kind = Kind::failed}, &never);
  count(counts, {.kind = Kind::permanent}, &never);
  EXPECT_EQ(counts.delivered, 1U);
  EXPECT_EQ(counts.retry_later, 1U);
  EXPECT_EQ(counts.retried, 2U);
  EXPECT_EQ(counts.dead_letters, 0U);  // counted when they are stored
}

}  // namespace
}  // namespace ticketing::bus
