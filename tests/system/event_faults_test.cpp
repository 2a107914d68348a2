// I9: duplicated, delayed and reordered events lead to the same state as ordered ones.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

#include "system/audit.hpp"
#include "system/load.hpp"

namespace ticketing::system {
namespace {

using std::chrono::milliseconds;

void survive(const Variables& faults, std::uint64_t seed, int kills) {
  Variables variables = faults;
  variables["HOLD_SECONDS"] = "2";
  variables["TEST_BUS_SEED"] = std::to_string(seed);
  Marketplace marketplace(variables);
  Crowd crowd(marketplace, 8, seed);
  for (int i = 0; i <= kills; ++i) {
    crowd.trade_for(patient(milliseconds{1500}));
    if (i < kills) marketplace.restart();
  }
  fmt::print("seed {}\n", seed);
  expect_rest_and_kept_promises(marketplace, crowd);
}

TEST(EventFaults, SagasSurviveDuplicatedEvents) {
  survive({{"TEST_BUS_DUPLICATE_PERCENT", "80"}}, 11, 0);
}

TEST(EventFaults, SagasSurviveDelayedEventsThatOvertakeEachOther) {
  survive({{"TEST_BUS_DELAY_MAX_MS", "300"}}, 12, 0);
}

TEST(EventFaults, SagasSurviveAllOfTheseAndKills) {
  survive({{"TEST_BUS_DUPLICATE_PERCENT", "50"}, {"TEST_BUS_DELAY_MAX_MS", "100"}}, 13,
          scaled(3, 1));
}

// Every table that events or requests change; the outbox's and the job queue's own rows
// are not included.
std::map<std::string, TableRows> tables_of(System& system) {
  std::map<std::string, TableRows> tables;
  for (const auto& [service, table] :
       std::vector<std::pair<std::string, std::string>>{{"tickets", "tickets"},
                                                        {"tickets", "orders"},
                                                        {"orders", "orders"},
                                                        {"orders", "tickets"},
                                                        {"payments", "orders"},
                                                        {"payments", "payments"},
                                                        {"payments", "refunds"},
                                                        {"payments", "sandbox_intents"},
                                                        {"expiration", "expirations"}}) {
    tables[service + "." + table] =
        system.query(service, fmt::format("SELECT * FROM {} ORDER BY id", table));
  }
  return tables;
}

// A marketplace whose bus disturbs events, with a history of every kind in it.
class EventReplay : public testing::Test {
 protected:
  void SetUp() override {
    Crowd crowd(marketplace_, 4, seed);
    crowd.trade_for(patient(milliseconds{1000}));
    std::this_thread::sleep_for(milliseconds{1500});
    ASSERT_EQ(wait_for_rest(system_, patient(std::chrono::seconds{30})), "");
    before_ = tables_of(system_);
    EXPECT_GT(before_["orders.orders"].size(), 0U);
  }

  // Three times over, shuffled: the tables are as they were, byte by byte.
  void expect_the_same_after_replay() {
    fmt::print("seed {}: {} tickets, {} orders\n", seed, before_["tickets.tickets"].size(),
               before_["orders.orders"].size());
    system_.replay_events(3, seed);
    ASSERT_EQ(wait_for_rest(system_, patient(std::chrono::seconds{60})), "");
    const auto after = tables_of(system_);
    for (const auto& [table, rows] : before_) EXPECT_EQ(after.at(table), rows) << table;
    EXPECT_EQ(audit_report(system_), "");
  }

  static constexpr std::uint64_t seed = 14;
  Marketplace marketplace_{{{"HOLD_SECONDS", "1"},
                            {"TEST_BUS_DUPLICATE_PERCENT", "90"},
                            {"TEST_BUS_DELAY_MAX_MS", "200"},
                            {"TEST_BUS_SEED", std::to_string(seed)}}};
  System& system_ = marketplace_.system();
  std::map<std::string, TableRows> before_;
};

TEST_F(EventReplay, EveryEventThreeTimesMoreInAnyOrderChangesNothing) {
  expect_the_same_after_replay();
}

// A service that lost its copies rebuilds them from the events of the others.
TEST_F(EventReplay, CopiesThatWereLostAreRebuiltFromTheEvents) {
  ASSERT_EQ(system_.stop(), 0);
  system_.execute("orders", "DELETE FROM tickets");
  system_.execute("payments", "DELETE FROM orders");
  system_.start();
  expect_the_same_after_replay();
}

}  // namespace
}  // namespace ticketing::system
