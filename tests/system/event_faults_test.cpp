// Duplicated, delayed and overtaken events give the same state as orderly ones.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

#include "system/books.hpp"
#include "system/load.hpp"

namespace ticketing::system {
namespace {

using std::chrono::milliseconds;

void trade_for(milliseconds length, std::vector<std::unique_ptr<Trader>>& traders) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (auto& trader : traders) threads.emplace_back([&] { trader->trade(stop); });
  std::this_thread::sleep_for(length);
  stop = true;
  for (std::thread& thread : threads) thread.join();
}

void survive(const Variables& faults, std::uint64_t seed, int kills) {
  Variables variables = faults;
  variables["HOLD_SECONDS"] = "2";
  variables["TEST_BUS_SEED"] = std::to_string(seed);
  Marketplace marketplace(variables);
  std::vector<std::unique_ptr<Trader>> traders;
  for (int i = 0; i < 8; ++i) {
    traders.push_back(std::make_unique<Trader>(marketplace.person(), seed + i));
  }
  for (int i = 0; i <= kills; ++i) {
    trade_for(patient(milliseconds{1500}), traders);
    if (i < kills) marketplace.restart();
  }
  std::this_thread::sleep_for(milliseconds{2000});
  EXPECT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{40})), "");
  EXPECT_EQ(audit_report(marketplace.system()), "");
  std::size_t orders = 0;
  for (const auto& trader : traders) {
    for (const std::string& fault : trader->faults()) ADD_FAILURE() << fault;
    for (const std::string& broken : trader->broken_promises()) ADD_FAILURE() << broken;
    orders += trader->promises().orders.size();
  }
  fmt::print("seed {}: {} orders\n", seed, orders);
  EXPECT_GT(orders, 0U);
}

TEST(EventFaults, SagasSurviveDuplicatedEvents) {
  survive({{"TEST_BUS_DUPLICATE_PERCENT", "80"}}, 11, 0);
}

TEST(EventFaults, SagasSurviveDelayedEventsThatOvertakeEachOther) {
  survive({{"TEST_BUS_DELAY_MAX_MS", "300"}}, 12, 0);
}

TEST(EventFaults, SagasSurviveAllOfItAndKills) {
  survive({{"TEST_BUS_DUPLICATE_PERCENT", "50"}, {"TEST_BUS_DELAY_MAX_MS", "100"}}, 13,
          scaled(3, 1));
}

// What the services know of each other's things: everything but what only a bus and a request left.
std::map<std::string, TableRows> domain_of(System& system) {
  std::map<std::string, TableRows> tables;
  for (const auto& [service, table, columns] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"tickets", "tickets", "id, version, title, price_cents, user_id, status, order_id"},
           {"tickets", "orders", "*"},
           {"orders", "orders", "id, version, status, reason, user_id, ticket_id, payment_id"},
           {"orders", "tickets", "*"},
           {"payments", "orders", "*"},
           {"payments", "payments", "id, version, order_id, amount_cents, status"},
           {"expiration", "expirations", "id, version, due_at, status"}}) {
    tables[service + "." + table] =
        system.query(service, fmt::format("SELECT {} FROM {} ORDER BY id", columns, table));
  }
  return tables;
}

// Everything is published once more, as after the loss of a bus's store: nothing changes.
TEST(EventFaults, EveryEventOnceMoreInAnyOrderChangesNothing) {
  Marketplace marketplace({{"HOLD_SECONDS", "1"},
                           {"TEST_BUS_DUPLICATE_PERCENT", "90"},
                           {"TEST_BUS_DELAY_MAX_MS", "200"}});
  std::vector<std::unique_ptr<Trader>> traders;
  for (int i = 0; i < 4; ++i) {
    traders.push_back(std::make_unique<Trader>(marketplace.person(), 14 + i));
  }
  trade_for(patient(milliseconds{1000}), traders);
  std::this_thread::sleep_for(milliseconds{1500});
  ASSERT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");
  const auto before = domain_of(marketplace.system());
  ASSERT_EQ(marketplace.system().stop(), 0);
  for (const char* service : {"tickets", "orders", "expiration", "payments"}) {
    marketplace.system().execute(service, "UPDATE outbox SET published_at = NULL");
  }
  marketplace.system().start();
  ASSERT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{60})), "");
  EXPECT_EQ(domain_of(marketplace.system()), before);
  EXPECT_EQ(audit_report(marketplace.system()), "");
}

// A service that lost its copies learns them again from the events of the others.
TEST(EventFaults, CopiesThatWereLostAreRebuiltFromTheEvents) {
  Marketplace marketplace({{"HOLD_SECONDS", "1"},
                           {"TEST_BUS_DUPLICATE_PERCENT", "60"},
                           {"TEST_BUS_DELAY_MAX_MS", "100"}});
  std::vector<std::unique_ptr<Trader>> traders;
  for (int i = 0; i < 4; ++i) {
    traders.push_back(std::make_unique<Trader>(marketplace.person(), 15 + i));
  }
  trade_for(patient(milliseconds{800}), traders);
  std::this_thread::sleep_for(milliseconds{1500});
  ASSERT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");
  const auto before = domain_of(marketplace.system());
  ASSERT_EQ(marketplace.system().stop(), 0);
  marketplace.system().execute("orders", "DELETE FROM tickets");
  marketplace.system().execute("payments", "DELETE FROM orders");
  for (const char* service : {"tickets", "orders"}) {
    marketplace.system().execute(service, "UPDATE outbox SET published_at = NULL");
  }
  marketplace.system().start();
  ASSERT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{60})), "");
  EXPECT_EQ(domain_of(marketplace.system()), before);
}

}  // namespace
}  // namespace ticketing::system
