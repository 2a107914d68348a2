// I4 to I7: pay, expire and cancel race within milliseconds. For every winner, the gateway's ledger
// and the orders agree to the cent.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <random>
#include <thread>

#include "system/audit.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

using std::chrono::milliseconds;

constexpr int pairs = 16;  // of a payer and a canceller; each pair has many rounds under way
constexpr int rounds_at_once = 8;

struct Counts {
  std::mutex mutex;
  std::map<std::string, int> answers;
  void add(const std::string& what, const Answer& answer) {
    const std::string slug = answer.status < 400 ? "" : " " + text_at(answer, "slug");
    const std::lock_guard lock(mutex);
    ++answers[fmt::format("{} {}{}", what, answer.status, slug)];
  }
};

struct Round {
  std::string order;
  std::chrono::steady_clock::time_point end;
};

// Somewhere from `early` before to 50 ms after.
void sleep_to(std::chrono::steady_clock::time_point end, milliseconds early,
              std::mt19937_64& random) {
  const auto spread = static_cast<std::uint64_t>(early.count() + 51);
  std::this_thread::sleep_until(end - early + milliseconds{random() % spread});
}

// Long enough for a slow machine to pay before its end, in whole seconds.
std::chrono::seconds hold_of_this_machine() {
  return std::chrono::ceil<std::chrono::seconds>(patient(milliseconds{1000}));
}

// A buyer with two windows: one pays, one cancels, while the hold ends.
class Pair {
 public:
  Pair(Marketplace& marketplace, std::chrono::seconds hold, milliseconds early, std::uint64_t seed)
      : seller_(marketplace.person()),
        payer_(marketplace.person()),
        canceller_(marketplace.visitor()),
        hold_(hold),
        early_(patient(early)),  // so that a slow machine pays before the end, too
        random_(seed) {
    canceller_->http.cookies() = payer_->http.cookies();
  }

  // Which of them wins at the same moment depends on the machine, on some it is always the same: so
  // that each wins once, they act in turn.
  void run_in_turn(Counts& counts) {
    const auto reserve = [&] { return payer_->reserve(seller_->list_ticket()); };
    counts.add("pay", payer_->pay(reserve()));
    counts.add("cancel", canceller_->cancel(reserve()));
    const std::string over = reserve();
    EXPECT_TRUE(wait_until([&] { return payer_->status_of_order(over) == "cancelled"; },
                           patient(std::chrono::seconds{30})));
    counts.add("pay", payer_->pay(over));
  }

  void run(int rounds, Counts& counts) {
    for (int done = 0; done < rounds; done += rounds_at_once) {
      std::vector<Round> batch;
      for (int i = 0; i < std::min(rounds_at_once, rounds - done); ++i) {
        const std::string price = fmt::format("{}.{:02}", 1 + random_() % 900, random_() % 100);
        const std::string ticket = seller_->list_ticket("A seat", price);
        batch.push_back({payer_->reserve(ticket), std::chrono::steady_clock::now() + hold_});
      }
      const std::uint64_t cancel_seed = random_();
      std::thread cancelling([&] {
        std::mt19937_64 random(cancel_seed);
        for (const Round& round : batch) {
          sleep_to(round.end, early_, random);
          if (random() % 2 == 0) counts.add("cancel", canceller_->cancel(round.order));
        }
      });
      for (const Round& round : batch) {
        sleep_to(round.end, early_, random_);
        counts.add("pay", payer_->pay(round.order));
      }
      cancelling.join();
    }
  }

 private:
  std::unique_ptr<Person> seller_, payer_, canceller_;
  std::chrono::seconds hold_;
  milliseconds early_;
  std::mt19937_64 random_;
};

void race(const Variables& variables, int rounds, milliseconds early, std::uint64_t seed) {
  const std::chrono::seconds hold = hold_of_this_machine();
  Variables all = variables;
  all["HOLD_SECONDS"] = std::to_string(hold.count());
  Marketplace marketplace(all);
  fmt::print("seed {}\n", seed);
  Counts counts;
  std::vector<std::unique_ptr<Pair>> racing;
  for (int i = 0; i < pairs; ++i)
    racing.push_back(std::make_unique<Pair>(marketplace, hold, early, seed + i));
  for (int i = 0; i < 3; ++i) racing.front()->run_in_turn(counts);
  std::vector<std::thread> threads;
  for (const auto& pair : racing) {
    threads.emplace_back([&] {
      try {
        pair->run((rounds + pairs - 1) / pairs, counts);
      } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{60})), "");
  EXPECT_EQ(audit_report(marketplace.system()), "");
  for (const auto& [answer, count] : counts.answers) {
    fmt::print("{:5} {}\n", count, answer);
    EXPECT_EQ(answer.find(" 500"), std::string::npos) << answer;
  }
  // A race that only one side wins tests nothing.
  EXPECT_GT(counts.answers["pay 201"] + counts.answers["pay 202"], 0);
  EXPECT_GT(counts.answers["pay 400 order_expired"], 0);
  EXPECT_GT(counts.answers["cancel 204"], 0);
}

TEST(PaymentRace, PayExpireAndCancelAgreeToTheCent) {
  race({}, scaled(1000, 64), milliseconds{50}, 1);
}

TEST(PaymentRace, AGatewayThatLosesAnswersAndFailsBreaksNoAgreement) {
  race({{"TEST_GATEWAY_LOSE_PERCENT", "20"},
        {"TEST_GATEWAY_REFUSE_PERCENT", "10"},
        {"TEST_GATEWAY_FAIL_CAPTURE_PERCENT", "10"},
        {"TEST_GATEWAY_DELAY_MAX_MS", "60"},
        {"TEST_GATEWAY_SEED", "7"}},
       scaled(600, 64), milliseconds{500}, 2);
}

}  // namespace
}  // namespace ticketing::system
