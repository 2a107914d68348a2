// I4 to I7: rounds of pay, expire, cancel and refund through faults; verdict.cpp checks them.
#include <gtest/gtest.h>

#include <algorithm>

#include "common/base/log.hpp"
#include "fixtures/number_from.hpp"
#include "stripe/verdict.hpp"

namespace ticketing::test {
namespace {

// TICKETING_ROUNDS says how many, TICKETING_SEED replays one run; TICKETING_TEST_SCALE makes it
// shorter where everything is slow.
TEST(StripeRounds, LoseNoCentThroughFaultsExpiryCancellationsAndRefunds) {
  log::configure(log::Level::off, "test");
  const double scale = fixtures::number_from("TICKETING_TEST_SCALE", 1);
  const int count =
      static_cast<int>(fixtures::number_from("TICKETING_ROUNDS", std::max(20.0, 1'000 * scale)));
  SystemRandom system;
  const auto seed = static_cast<std::uint64_t>(
      fixtures::number_from("TICKETING_SEED", static_cast<double>(system.below(1U << 30))));
  std::printf("%d rounds, seed %llu\n", count, static_cast<unsigned long long>(seed));
  // Fewer at once where everything is slow, or most orders would be over before they are paid for.
  Rounds rounds(seed, count, static_cast<int>(std::max(20.0, 200 * std::min(scale, 1.0))));
  EXPECT_TRUE(rounds.run()) << "it did not come to rest";
  const Verdict verdict = judge(rounds);
  const Tally& tally = rounds.tally();
  std::printf(
      "%d requests to Stripe, %zu intents; answers: %d paid, %d pending, %d declined, %d refused, "
      "%d not charged; %d cancelled, %d refunded\n"
      "%d orders complete, %d not; taken %lld - given back %lld = %lld cents; complete %lld - kept "
      "%lld = %lld cents\n",
      rounds.stripe().requests(), rounds.stripe().intents().size(), tally.paid, tally.pending,
      tally.declined, tally.refused, tally.not_charged, tally.cancelled, tally.refunds,
      verdict.complete_orders, verdict.cancelled_orders,
      static_cast<long long>(verdict.captured_cents),
      static_cast<long long>(verdict.refunded_cents),
      static_cast<long long>(verdict.captured_cents - verdict.refunded_cents),
      static_cast<long long>(verdict.complete_cents),
      static_cast<long long>(verdict.kept_refunded_cents),
      static_cast<long long>(verdict.complete_cents - verdict.kept_refunded_cents));
  for (std::size_t i = 0; i < std::min<std::size_t>(verdict.violations.size(), 20); ++i) {
    ADD_FAILURE() << verdict.violations[i];
  }
  EXPECT_GT(verdict.complete_orders, count / 10);
  EXPECT_GT(verdict.cancelled_orders, count / 10);
}

}  // namespace
}  // namespace ticketing::test
