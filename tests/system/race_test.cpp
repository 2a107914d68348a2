#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <thread>

#include "system/books.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

constexpr int callers = 64;

TEST(Race, OfSixtyFourCallersExactlyOneGetsEachTicket) {
  Marketplace marketplace;
  const int tickets = scaled(1000);
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
          const Answer answer = buyer->order(ids[ticket]);
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

}  // namespace
}  // namespace ticketing::system
