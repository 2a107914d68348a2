// I1, I2: many callers, one ticket, one winner.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <barrier>
#include <iostream>
#include <random>
#include <thread>

#include "system/audit.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

constexpr int callers = 64;

TEST(Race, OfSixtyFourCallersExactlyOneGetsEachTicket) {
  const int tickets = scaled(1000);
  Marketplace marketplace({{"IDEMPOTENCY_KEYS_MAX", std::to_string(tickets)}});
  const auto seller = marketplace.person();
  std::vector<std::string> ids;
  for (int i = 0; i < tickets; ++i) ids.push_back(seller->list_ticket(fmt::format("Seat {}", i)));

  std::vector<std::unique_ptr<Person>> buyers;
  for (int i = 0; i < callers; ++i) buyers.push_back(marketplace.person());
  std::vector<std::atomic<int>> won(ids.size()), lost(ids.size());
  std::atomic<int> others{0};
  std::barrier round(callers);
  std::vector<std::thread> threads;
  for (int i = 0; i < callers; ++i) {
    threads.emplace_back([&, buyer = buyers[i].get()] {
      for (std::size_t ticket = 0; ticket < ids.size(); ++ticket) {
        round.arrive_and_wait();
        try {
          const Answer answer = answered([&] { return buyer->order(ids[ticket], ids[ticket]); });
          if (answer.status == 201)
            ++won[ticket];
          else if (answer.status == 400 && text_at(answer, "slug") == "ticket_reserved")
            ++lost[ticket];
          else
            ++others;
        } catch (const std::exception&) {
          ++others;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(others, 0);
  for (std::size_t ticket = 0; ticket < ids.size(); ++ticket) {
    EXPECT_EQ(won[ticket], 1) << "ticket " << ticket;
    EXPECT_EQ(lost[ticket], callers - 1) << "ticket " << ticket;
  }
  EXPECT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");
  EXPECT_EQ(audit_report(marketplace.system()), "");
}

// One seller withdraws, two buyers order, at the same moment. Their answers must agree: either
// the ticket is withdrawn and no order got it, or one order did and the withdrawal was refused.
class WithdrawalRace {
 public:
  explicit WithdrawalRace(Marketplace& marketplace, std::uint64_t seed)
      : seller_(marketplace.person()), random_(seed) {
    for (int i = 0; i < 2; ++i) buyers_.push_back(marketplace.person());
  }

  // Which of them wins at the same moment depends on the machine, on some it is always the same: in
  // the first rounds they act in turn.
  void run(int rounds) {
    run_in_turn(true, false);
    run_in_turn(false, true);
    run_in_turn(false, false);
    for (int round = 0; round < rounds; ++round) run_one();
  }

  int withdrawn = 0, sold = 0, cancelled = 0;
  std::vector<std::string> faults;

 private:
  using Pauses = std::array<std::chrono::microseconds, 3>;

  void run_in_turn(bool withdraws_first, bool pays) {
    const std::string ticket = seller_->list_ticket();
    Answer withdrawal;
    std::array<Answer, 2> orders;
    if (withdraws_first) withdrawal = withdraw(ticket);
    for (std::size_t i = 0; i < orders.size(); ++i)
      orders[i] = answered([&] { return buyers_[i]->order(ticket, ticket); });
    if (!withdraws_first) withdrawal = withdraw(ticket);
    settle(ticket, withdrawal, orders, pays);
  }

  void run_one() {
    const std::string ticket = seller_->list_ticket();
    Pauses pauses;
    for (auto& pause : pauses) pause = std::chrono::microseconds{random_() % 3'000};
    Answer withdrawal;
    std::array<Answer, 2> orders;
    std::barrier together(3);
    const auto act = [&](std::size_t who, auto what) {
      together.arrive_and_wait();
      std::this_thread::sleep_for(pauses[who]);
      what();
    };
    const auto order = [&](std::size_t i) {
      act(i, [&] { orders[i] = answered([&] { return buyers_[i]->order(ticket, ticket); }); });
    };
    std::thread first([&] { order(0); });
    std::thread second([&] { order(1); });
    act(2, [&] { withdrawal = withdraw(ticket); });
    first.join();
    second.join();
    settle(ticket, withdrawal, orders, random_() % 2 == 0);
  }

  // 202 says that orders, which is busy, has not decided yet, and to repeat the request.
  Answer withdraw(const std::string& ticket) {
    Answer answer;
    wait_until(
        [&] {
          answer = answered([&] { return seller_->withdraw(ticket); });
          return answer.status != 202;
        },
        patient(std::chrono::seconds{20}));
    return answer;
  }

  void settle(const std::string& ticket, const Answer& withdrawal,
              const std::array<Answer, 2>& orders, bool pays) {
    int won = 0;
    for (const Answer& order : orders) {
      const std::string slug = text_at(order, "slug");
      if (order.status == 201)
        ++won;
      else if (order.status != 400 || (slug != "ticket_reserved" && slug != "ticket_withdrawn"))
        faults.push_back("an order was answered " + order.body);
    }
    const bool is_gone = withdrawal.status == 204;
    if (!is_gone && withdrawal.status != 400)
      faults.push_back("the withdrawal was answered " + withdrawal.body);
    if (won != (is_gone ? 0 : 1)) {
      faults.push_back(fmt::format("{} orders of {}, whose withdrawal was answered {}", won, ticket,
                                   withdrawal.status));
    }
    if (is_gone) {
      ++withdrawn;
      return;
    }
    for (std::size_t i = 0; i < orders.size(); ++i) {
      if (orders[i].status != 201) continue;
      const std::string order = text_at(orders[i], "id");
      if (pays) {
        if (buyers_[i]->pay(order).status < 300) ++sold;
      } else if (buyers_[i]->cancel(order).status == 204) {
        ++cancelled;
      }
    }
  }

  std::unique_ptr<Person> seller_;
  std::vector<std::unique_ptr<Person>> buyers_;
  std::mt19937_64 random_;
};

TEST(Race, OfWithdrawingAndOrderingATicketHasOneWinner) {
  Marketplace marketplace;
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::vector<std::unique_ptr<WithdrawalRace>> races;
  for (std::uint64_t i = 0; i < 4; ++i)
    races.push_back(std::make_unique<WithdrawalRace>(marketplace, seed + i));
  std::vector<std::thread> threads;
  for (const auto& race : races) threads.emplace_back([&] { race->run(scaled(500)); });
  for (std::thread& thread : threads) thread.join();

  int withdrawn = 0, sold = 0, cancelled = 0;
  for (const auto& race : races) {
    withdrawn += race->withdrawn;
    sold += race->sold;
    cancelled += race->cancelled;
    for (const std::string& fault : race->faults) ADD_FAILURE() << fault;
  }
  EXPECT_GT(withdrawn, 0);
  EXPECT_GT(sold, 0);
  EXPECT_GT(cancelled, 0);
  EXPECT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");
  EXPECT_EQ(audit_report(marketplace.system()), "");
  std::cout << fmt::format("{} withdrawn, {} sold, {} cancelled\n", withdrawn, sold, cancelled);
}

}  // namespace
}  // namespace ticketing::system
