// Tickets that are sold before their sellers have given what the buyers get, through all services,
// while events come late, twice and in any order: given in time, or paid back in full, once (I28).
#include <gmock/gmock.h>

#include <set>

#include "common/base/random.hpp"
#include "contracts/payments_events.hpp"
#include "republish/shop.hpp"

namespace ticketing::republish {
namespace {

using fixtures::TestDatabase;
using std::chrono::hours;
using std::chrono::minutes;

MarketplaceSettings with_proof() {
  MarketplaceSettings settings = without_limits();
  settings.delivery.requires_proof = true;
  return settings;
}

class DueTickets : public testing::Test {
 protected:
  explicit DueTickets(const MarketplaceSettings& settings = with_proof())
      : shop_(Shop::Recording::on, {.faults = disorder(random_, Milliseconds{400})}, settings) {}

  struct Sale {
    std::string ticket;
    std::string order;
  };
  Sale sell(const std::string& ticket) {
    const std::string order = shop_.order(ticket);
    shop_.pay(order);
    shop_.settle();
    return {.ticket = ticket, .order = order};
  }
  std::string state_of(const Sale& sale) {
    return shop_.send("buyer", "GET", "/api/orders/" + sale.order + "/ticket")
        .at("state")
        .as_string()
        .c_str();
  }
  void pass_a_day() {
    shop_.platform().skip(hours{24});
    shop_.platform().pass(minutes{3});
  }
  // Those that were published, however often they were delivered.
  std::vector<bus::Event> news(const std::string& subject) {
    std::vector<bus::Event> all;
    std::set<std::string> known;
    for (const bus::Event& event : shop_.platform().events_of(subject))
      if (known.insert(event.id).second) all.push_back(event);
    return all;
  }
  void expect_paid_back(const Sale& sale, std::size_t refunds) {
    const auto all = news("payment.refunded");
    ASSERT_EQ(all.size(), refunds);
    const auto last = contracts::decode<contracts::PaymentRefunded>(all.back().payload).value();
    EXPECT_EQ(last.order_id, sale.order);
    EXPECT_EQ(last.refunded.cents, 2'000);
    EXPECT_TRUE(last.full);
    EXPECT_FALSE(last.relist);
    EXPECT_EQ(state_of(sale), "none");
  }

  SeededRandom random_{20'261'127};
  Shop shop_;
};

TEST_F(DueTickets, AreGivenInTimeOrPaidBack) {
  const std::string with_code = shop_.make_ticket();
  shop_.settle();
  shop_.give_code(with_code);
  const Sale ready = sell(with_code);
  const Sale given = sell(shop_.make_ticket()), missed = sell(shop_.make_ticket());
  EXPECT_EQ(state_of(ready), "ready");
  EXPECT_EQ(state_of(given), "due");
  EXPECT_EQ(state_of(missed), "due");
  EXPECT_EQ(news("delivery.due").size(), 2U);
  shop_.give_code(given.ticket);
  EXPECT_EQ(state_of(given), "ready");
  for (int i = 0; i < 2; ++i) {
    pass_a_day();
    EXPECT_EQ(news("delivery.overdue").size(), 1U);
    expect_paid_back(missed, 1);
  }
  shop_.reveal(given.order);
  shop_.reveal(ready.order);
}

TEST_F(DueTickets, ArePaidBackOnceWhereTheDatabaseFails) {
  std::size_t refunds = 0;
  for (const auto& [service, statement] :
       {std::pair{"delivery", "set_overdue"}, std::pair{"payments", "reserve_refund"}}) {
    for (const auto failure :
         {TestDatabase::Failure::unavailable, TestDatabase::Failure::answer_lost}) {
      const Sale missed = sell(shop_.make_ticket());
      shop_.database(service).fail_next_commit_of(statement, failure);
      pass_a_day();
      EXPECT_FALSE(shop_.database(service).is_to_fail()) << statement;
      expect_paid_back(missed, ++refunds);
      EXPECT_EQ(news("delivery.overdue").size(), refunds);
    }
  }
}

TEST_F(DueTickets, AreNotPaidBackTwiceAfterTheirBuyersReturnedThem) {
  const Sale returned = sell(shop_.make_ticket());
  shop_.refund(returned.order, "{}");
  shop_.settle();
  expect_paid_back(returned, 1);
  pass_a_day();
  EXPECT_EQ(news("delivery.overdue").size(), 0U);
  expect_paid_back(returned, 1);
}

// Where proof is optional.
class PromisedFiles : public DueTickets {
 protected:
  PromisedFiles() : DueTickets(without_limits()) {}

  int take_back(const std::string& ticket) {
    return shop_
        .try_to_send("seller", "PUT", "/api/tickets/" + ticket,
                     R"({"title":"Row 7","price":20,"filePromised":false})")
        .status;
  }
};

TEST_F(PromisedFiles, AreGivenInTimeOrPaidBack) {
  const Sale given = sell(shop_.make_promised_ticket()),
             missed = sell(shop_.make_promised_ticket());
  const Sale not_promised = sell(shop_.make_ticket());
  EXPECT_EQ(state_of(given), "due");
  EXPECT_EQ(state_of(missed), "due");
  EXPECT_EQ(state_of(not_promised), "none");
  shop_.give_code(given.ticket);
  for (int i = 0; i < 2; ++i) {
    pass_a_day();
    expect_paid_back(missed, 1);
  }
  shop_.reveal(given.order);
}

// Tickets edits what orders has reserved until it hears of that: the order keeps what it was made
// with.
TEST_F(PromisedFiles, AreDueThoughTheirSellersTakeThePromiseBackAfterTheOrder) {
  const std::string ticket = shop_.make_promised_ticket();
  shop_.settle();
  const std::string order = shop_.order(ticket);
  ASSERT_EQ(take_back(ticket), 200);
  shop_.pay(order);
  shop_.settle();
  EXPECT_EQ(take_back(ticket), 400) << "it is sold";
  const Sale sale{.ticket = ticket, .order = order};
  EXPECT_EQ(state_of(sale), "due");
  pass_a_day();
  expect_paid_back(sale, 1);
}

TEST_F(PromisedFiles, AreNotDueForOrdersThatAreMadeWithoutThePromise) {
  const std::string ticket = shop_.make_promised_ticket();
  ASSERT_EQ(take_back(ticket), 200);
  shop_.settle();
  const Sale sale = sell(ticket);
  EXPECT_EQ(state_of(sale), "none");
  pass_a_day();
  EXPECT_TRUE(news("delivery.overdue").empty());
}

}  // namespace
}  // namespace ticketing::republish
