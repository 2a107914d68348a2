#include "common/limits/turn_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ticketing::limits {
namespace {

const SteadyTime start{};

bool offer(TurnQueue<std::string>& queue, const std::string& address, std::string name,
           SteadyTime now = start) {
  return queue.offer(Caller::address(address), name, now);
}

std::vector<std::string> all_of(TurnQueue<std::string>& queue, SteadyTime now = start) {
  std::vector<std::string> names;
  while (auto next = queue.next(now)) names.push_back(next->waiter);
  return names;
}

TEST(TurnQueue, AlternatesBetweenTheAddresses) {
  TurnQueue<std::string> queue({});
  for (const char* name : {"a1", "a2", "a3"}) offer(queue, "10.0.0.1", name);
  offer(queue, "10.0.0.2", "b1");
  offer(queue, "10.0.0.3", "c1");
  offer(queue, "10.0.0.2", "b2");
  EXPECT_EQ(queue.size(), 6U);
  EXPECT_THAT(all_of(queue), testing::ElementsAre("a1", "b1", "c1", "a2", "b2", "a3"));
  EXPECT_EQ(queue.size(), 0U);
}

// One turn of 50 ms after another: 60 fit into 3 s.
TEST(TurnQueue, RefusesOnlyCallersThatWouldWaitTooLong) {
  TurnQueue<std::string> queue({.at_once = 1, .wait_max = Milliseconds{3'000}});
  int taken = 0;
  while (taken < 1'000 && offer(queue, "10.0.0.1", "flood")) ++taken;
  EXPECT_EQ(taken, 61);
  EXPECT_EQ(queue.expected_wait(Caller::address("10.0.0.2")).count(), 50);
  EXPECT_TRUE(offer(queue, "10.0.0.2", "honest"));
  queue.next(start);
  EXPECT_EQ(queue.next(start)->waiter, "honest") << "the second turn is of the second address";
}

TEST(TurnQueue, CountsAnIpv6NetworkAsOneCaller) {
  TurnQueue<std::string> queue({});
  for (int i = 0; i < 10; ++i) offer(queue, "2001:db8::" + std::to_string(i + 1), "flood");
  offer(queue, "10.0.0.2", "honest");
  queue.next(start);
  EXPECT_EQ(queue.next(start)->waiter, "honest");
}

TEST(TurnQueue, UsesTheMeasuredTimeOfTurns) {
  TurnQueue<std::string> queue({.at_once = 1, .wait_max = Milliseconds{3'000}});
  for (int i = 0; i < 200; ++i) queue.took(Milliseconds{1'000});
  int taken = 0;
  while (taken < 100 && offer(queue, "10.0.0.1", "x")) ++taken;
  EXPECT_THAT(taken, testing::AllOf(testing::Ge(3), testing::Le(5)));
}

TEST(TurnQueue, ReportsCallersThatWaitedTooLong) {
  TurnQueue<std::string> queue({});
  offer(queue, "10.0.0.1", "early");
  offer(queue, "10.0.0.2", "later", start + Milliseconds{2'000});
  EXPECT_TRUE(queue.next(start + Milliseconds{3'001})->too_late);
  EXPECT_FALSE(queue.next(start + Milliseconds{3'001})->too_late);
}

}  // namespace
}  // namespace ticketing::limits
