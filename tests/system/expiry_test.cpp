// I11: a hold never ends early and at most a second late, also after kills and pauses.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "system/audit.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds hold{2000};

// Waits until the order is cancelled; gives the time since `begun`.
milliseconds wait_for_end(Person& buyer, const std::string& order, Clock::time_point begun) {
  while (since(begun) < patient(seconds{60})) {
    if (buyer.status_of_order(order) == "cancelled") return since(begun);
    std::this_thread::sleep_for(milliseconds{5});
  }
  return milliseconds::max();
}

// After its end an order's ticket is for sale again, and the order cannot be paid.
void expect_over(Marketplace& marketplace, Person& buyer, const std::string& order,
                 const std::string& ticket) {
  EXPECT_EQ(text_at(buyer.http.get("/api/orders/" + order), "reason"), "expired");
  const Answer paid = buyer.pay(order);
  EXPECT_EQ(paid.status, 400) << paid.body;
  EXPECT_EQ(text_at(paid, "slug"), "order_expired");
  const Answer cancelled = buyer.cancel(order);
  EXPECT_EQ(cancelled.status, 400) << cancelled.body;
  EXPECT_EQ(text_at(cancelled, "slug"), "order_expired");
  const auto other = marketplace.person();
  const std::string second = other->reserve(ticket);
  EXPECT_EQ(answered([&] { return other->pay(second); }).status / 100, 2);
  EXPECT_EQ(wait_for_rest(marketplace.system(), patient(seconds{30})), "");
  EXPECT_EQ(audit_report(marketplace.system()), "");
}

TEST(Expiry, AHoldOfTwoSecondsEndsWithinOneSecondOfItsTime) {
  Marketplace marketplace({{"HOLD_SECONDS", "2"}});
  const auto seller = marketplace.person(), buyer = marketplace.person();
  const std::string ticket = seller->list_ticket();
  const auto before = Clock::now();
  const std::string order = buyer->reserve(ticket);
  const auto after = Clock::now();
  const milliseconds took = wait_for_end(*buyer, order, before);
  fmt::print("ended {} ms after its time\n", (took - hold).count());
  EXPECT_GE(took, hold);
  EXPECT_LE(took, hold + patient(seconds{1}) + (after - before));
  expect_over(marketplace, *buyer, order, ticket);
}

TEST(Expiry, NoneOfManyHoldsEndsEarlyOrLate) {
  Marketplace marketplace({{"HOLD_SECONDS", "2"}});
  const auto seller = marketplace.person(), buyer = marketplace.person();
  for (int i = 0; i < scaled(300, 20); ++i) buyer->reserve(seller->list_ticket());
  std::this_thread::sleep_for(hold + patient(seconds{1}));
  EXPECT_EQ(wait_for_rest(marketplace.system(), patient(seconds{30})), "");
  // The event of an end was made when the order was cancelled.
  const auto rows = marketplace.system().query(
      "orders",
      "SELECT b.created_at - o.expires_at FROM orders o JOIN outbox b ON b.id = o.last_event_id "
      "WHERE o.status = 'cancelled'");
  EXPECT_EQ(std::ssize(rows), scaled(300, 20));
  std::int64_t latest = 0;
  for (const TableRow& row : rows) {
    const std::int64_t late = std::stoll(*row[0]);
    EXPECT_GE(late, 0);
    EXPECT_LE(late, patient(seconds{1}).count());
    latest = std::max(latest, late);
  }
  fmt::print("the latest of {} was {} ms late\n", rows.size(), latest);
}

TEST(Expiry, AKillInBetweenDelaysNothing) {
  // A start of all services takes seconds, and more on a busy machine.
  const seconds long_hold = std::chrono::ceil<seconds>(patient(seconds{8}));
  Marketplace marketplace({{"HOLD_SECONDS", std::to_string(long_hold.count())}});
  const auto seller = marketplace.person(), buyer = marketplace.person();
  const std::string ticket = seller->list_ticket();
  const auto before = Clock::now();
  const std::string order = buyer->reserve(ticket);
  std::this_thread::sleep_for(milliseconds{500});
  marketplace.restart();
  EXPECT_EQ(buyer->status_of_order(order), "created");
  const milliseconds took = wait_for_end(*buyer, order, before);
  EXPECT_GE(took, long_hold);
  EXPECT_LE(took, long_hold + patient(seconds{1}));
  expect_over(marketplace, *buyer, order, ticket);
}

TEST(Expiry, AHoldThatEndedWhileNothingRanIsOverWithinASecondOfTheStart) {
  Marketplace marketplace({{"HOLD_SECONDS", "2"}});
  const auto seller = marketplace.person(), buyer = marketplace.person();
  const std::string ticket = seller->list_ticket(), order = buyer->reserve(ticket);
  marketplace.system().kill();
  std::this_thread::sleep_for(hold + milliseconds{200});
  marketplace.system().start();
  const milliseconds took = wait_for_end(*buyer, order, Clock::now());
  EXPECT_LE(took, patient(seconds{1}));
  expect_over(marketplace, *buyer, order, ticket);
}

TEST(Expiry, AnEndThatWasDueWhileTheProcessWasPausedComesAtOnce) {
  Marketplace marketplace({{"HOLD_SECONDS", "2"}});
  const auto seller = marketplace.person(), buyer = marketplace.person();
  const std::string ticket = seller->list_ticket(), order = buyer->reserve(ticket);
  marketplace.system().pause();
  std::this_thread::sleep_for(hold + milliseconds{500});
  marketplace.system().resume();
  // The first request it gets may be this payment, which is late by the clock.
  EXPECT_EQ(buyer->pay(order).status, 400);
  EXPECT_LE(wait_for_end(*buyer, order, Clock::now()), patient(seconds{1}));
  expect_over(marketplace, *buyer, order, ticket);
}

// Orders decides: a lost job costs seconds, not the ticket.
TEST(Expiry, TheSweepEndsHoldsWhoseJobsWereLost) {
  Marketplace marketplace({{"HOLD_SECONDS", "2"}});
  const auto seller = marketplace.person(), buyer = marketplace.person();
  const std::string ticket = seller->list_ticket();
  const auto before = Clock::now();
  const std::string order = buyer->reserve(ticket);
  ASSERT_EQ(wait_for_rest(marketplace.system(), patient(seconds{30})), "");
  marketplace.system().kill();
  marketplace.system().lose_jobs();
  marketplace.system().execute("expiration", "DELETE FROM expirations");
  marketplace.system().start();
  const milliseconds took = wait_for_end(*buyer, order, before);
  fmt::print("the sweep ended it {} ms after its time\n", (took - hold).count());
  EXPECT_GE(took, hold);
  EXPECT_LE(took, hold + patient(seconds{12}));
}

}  // namespace
}  // namespace ticketing::system
