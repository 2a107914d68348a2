// I4 to I7: rounds of pay, expire, cancel and refund through faults; verdict.cpp checks them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "common/base/log.hpp"
#include "fixtures/number_from.hpp"
#include "stripe/verdict.hpp"

namespace ticketing::test {
namespace {

double test_scale() { return fixtures::number_from("TICKETING_TEST_SCALE", 1); }

// TICKETING_ROUNDS says how many, TICKETING_SEED which ones, TICKETING_STORY=1 prints the answers;
// TICKETING_TEST_SCALE makes them fewer where everything is slow.
RoundsPlan plan_of_environment() {
  const double count =
      fixtures::number_from("TICKETING_ROUNDS", std::max(20.0, 1'000 * test_scale()));
  SystemRandom system;
  const double seed =
      fixtures::number_from("TICKETING_SEED", static_cast<double>(system.below(1U << 30)));
  const RoundsPlan plan{.seed = static_cast<std::uint64_t>(seed),
                        .count = static_cast<int>(count),
                        .is_told = fixtures::number_from("TICKETING_STORY", 0) > 0};
  fmt::print("{} rounds, seed {}\n", plan.count, plan.seed);
  return plan;
}

void print(const Rounds& rounds, const Verdict& verdict) {
  const Tally& tally = rounds.tally();
  fmt::print(
      "{} requests to Stripe, {} intents; answers: {} paid, {} pending, {} declined, {} refused, "
      "{} not charged; {} cancelled, {} refunded\n",
      rounds.stripe().requests(), rounds.stripe().intents().size(), tally.paid, tally.pending,
      tally.declined, tally.refused, tally.not_charged, tally.cancelled, tally.refunds);
  fmt::print(
      "{} orders complete, {} not; taken {} - given back {} = {} cents; complete {} - kept {} = {} "
      "cents; the story's hash is {:016x}\n",
      verdict.complete_orders, verdict.cancelled_orders, verdict.captured_cents,
      verdict.refunded_cents, verdict.captured_cents - verdict.refunded_cents,
      verdict.complete_cents, verdict.kept_refunded_cents,
      verdict.complete_cents - verdict.kept_refunded_cents, rounds.story_hash());
}

void expect_no_cent_lost(World& world, const RoundsPlan& plan) {
  log::configure(log::Level::off, "test");
  Rounds rounds(world, plan);
  EXPECT_TRUE(rounds.run()) << "it did not come to rest";
  const Verdict verdict = judge(rounds);
  print(rounds, verdict);
  for (std::size_t i = 0; i < std::min<std::size_t>(verdict.violations.size(), 20); ++i) {
    ADD_FAILURE() << verdict.violations[i];
  }
  EXPECT_GT(verdict.complete_orders, plan.count / 10);
  EXPECT_GT(verdict.cancelled_orders, plan.count / 10);
}

std::uint64_t hash_of_short_run(std::uint64_t seed) {
  log::configure(log::Level::off, "test");
  const auto world = make_simulated_world(seed);
  Rounds rounds(*world, {.seed = seed, .count = 60});
  EXPECT_TRUE(rounds.run());
  return rounds.story_hash();
}

TEST(StripeRounds, LoseNoCentThroughFaultsExpiryCancellationsAndRefunds) {
  const RoundsPlan plan = plan_of_environment();
  const auto world = make_simulated_world(plan.seed);
  expect_no_cent_lost(*world, plan);
}

TEST(StripeRounds, LoseNoCentWithThreadsAndHttps) {
  RoundsPlan plan = plan_of_environment();
  // Fewer at once where everything is slow, or most orders would be over before they are paid for.
  plan.at_once = static_cast<int>(std::max(20.0, 100 * std::min(test_scale(), 1.0)));
  const auto world = make_real_world(plan.seed);
  expect_no_cent_lost(*world, plan);
}

TEST(StripeRounds, AreTheSameForTheSameSeed) {
  EXPECT_EQ(hash_of_short_run(7), hash_of_short_run(7));
  EXPECT_NE(hash_of_short_run(7), hash_of_short_run(8));
}

}  // namespace
}  // namespace ticketing::test
