// A sale that is undone, and the ticket sold once more, while many requests come at once at all
// replicas. Sellers cannot order their own tickets here.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "system/audit.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

using std::chrono::seconds;

class ResaleTest : public testing::Test {
 protected:
  using Counts = std::map<std::string, int>;

  // How often each answer came ("201", "400 ticket_reserved") to `count` requests at once. Each is
  // sent by a browser of its own.
  Counts at_once(int count, const std::function<Answer(int)>& ask) {
    Counts answers;
    std::mutex mutex;
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
      threads.emplace_back([&, i] {
        const Answer answer = answered([&] { return ask(i); });
        const std::string slug = answer.status < 300 ? "" : " " + text_at(answer, "slug");
        const std::lock_guard lock(mutex);
        ++answers[std::to_string(answer.status) + slug];
      });
    }
    for (std::thread& thread : threads) thread.join();
    return answers;
  }
  // The same person, in one more browser.
  std::unique_ptr<Person> same(Person& person) {
    auto browser = marketplace_.visitor();
    browser->http.cookies() = person.http.cookies();
    return browser;
  }
  std::string buy(Person& buyer, const std::string& ticket) {
    const std::string order = buyer.reserve(ticket);
    buyer.buy(order);
    return order;
  }
  static Answer refund(Person& buyer, const std::string& order, const std::string& body) {
    return answered([&] { return buyer.http.post("/api/orders/" + order + "/refund", body); });
  }
  static void await(const std::function<bool()>& condition) {
    EXPECT_TRUE(wait_until(condition, patient(seconds{20})));
  }
  void expect_consistent() {
    EXPECT_EQ(wait_for_rest(marketplace_.system(), patient(seconds{30})), "");
    EXPECT_EQ(audit_report(marketplace_.system()), "");
  }

  Marketplace marketplace_{{{"OWN_TICKETS", "refuse"}}};
  std::unique_ptr<Person> seller_ = marketplace_.person(), buyer_ = marketplace_.person();
};

TEST_F(ResaleTest, ATicketThatIsReturnedManyTimesAtOnceIsSoldOnceMore) {
  const std::string ticket = seller_->list_ticket();
  const std::string order = buy(*buyer_, ticket);
  const Counts refunds =
      at_once(12, [&](int) { return refund(*same(*buyer_), order, R"({"relist":true})"); });
  EXPECT_EQ(refunds, (Counts{{"201", 12}}));
  await([&] { return seller_->status_of_ticket(ticket) == "available"; });
  EXPECT_EQ(marketplace_.system().query("payments", "SELECT id FROM refunds").size(), 1U);

  std::vector<std::unique_ptr<Person>> buyers;
  for (int i = 0; i < 12; ++i) buyers.push_back(marketplace_.person());
  const Counts orders = at_once(12, [&](int i) { return buyers[i]->order(ticket); });
  EXPECT_EQ(orders, (Counts{{"201", 1}, {"400 ticket_reserved", 11}}));
  EXPECT_EQ(buyer_->status_of_order(order), "cancelled");
  expect_consistent();
}

// Parts and the whole at once: no more goes back than was paid.
TEST_F(ResaleTest, PartsAndTheWholeAtOnceAreNoMoreThanThePrice) {
  const std::string ticket = seller_->list_ticket("A seat", "20");
  const std::string order = buy(*buyer_, ticket);
  at_once(20, [&](int i) {
    return refund(*same(*buyer_), order, i % 4 == 0 ? R"({"relist":true})" : R"({"amount":3})");
  });
  expect_consistent();
  const auto sums = marketplace_.system().query(
      "payments", "SELECT sum(amount_cents) FROM refunds WHERE status <> 'failed'");
  EXPECT_LE(std::stoi(sums.at(0).at(0).value()), 2'000);
}

TEST_F(ResaleTest, TheSellerCannotOrderTheOwnTicketAtAnyMoment) {
  const std::string ticket = seller_->list_ticket();
  // Before the copy of the ticket has come everywhere.
  const auto own = [&](int) { return same(*seller_)->order(ticket); };
  EXPECT_EQ(at_once(8, own), (Counts{{"400 own_ticket", 8}}));
  EXPECT_EQ(
      seller_->http.put("/api/tickets/" + ticket, R"({"title":"A seat","price":"21"})").status,
      200);
  EXPECT_EQ(at_once(8, own), (Counts{{"400 own_ticket", 8}}));
  const std::string order = buy(*buyer_, ticket);
  EXPECT_EQ(refund(*buyer_, order, R"({"relist":true})").status, 201);
  EXPECT_EQ(at_once(8, own), (Counts{{"400 own_ticket", 8}}));
  await([&] { return seller_->status_of_ticket(ticket) == "available"; });
  EXPECT_EQ(at_once(8, own), (Counts{{"400 own_ticket", 8}}));
  buy(*marketplace_.person(), ticket);
  expect_consistent();
}

}  // namespace
}  // namespace ticketing::system
