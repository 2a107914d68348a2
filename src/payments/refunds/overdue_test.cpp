// What goes back because a seller gave nothing in time: until all of it is back.
#include <gmock/gmock.h>

#include "payments/refunds/test_refunds.hpp"

namespace ticketing::payments::refunds {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const db::Sql test_count_overdue{"test_count_overdue",
                                 "SELECT count(*) AS count FROM overdue_orders"};

class OverdueTest : public RefundTest {
 protected:
  void miss(const std::string& order_id) {
    platform_.publish_as("delivery", contracts::DeliveryOverdue{.order_id = order_id});
    platform_.pass(std::chrono::seconds{1});
  }
  void retry_after(Milliseconds time) {
    platform_.skip(time);
    run(refunds_.refund_overdue());
    platform_.pass(std::chrono::seconds{1});
  }
  void refuse_refunds() {
    gateway_.on_refund = [](const auto&) { return Refused{.code = "balance_insufficient"}; };
  }
  void accept_refunds() {
    gateway_.on_refund = [](const RefundCall& call) {
      return Refunded{.stripe_id = "re_" + call.refund_id};
    };
  }
  double waiting() {
    run(refunds_.refund_overdue());
    return platform_.metric("refunds_overdue");
  }
  std::int64_t overdue_rows() {
    return run(data_.database().query(test_count_overdue())).first()->integer("count");
  }
  std::int64_t paid_back(const std::string& order_id) { return payment(order_id).refunded_cents; }
};

TEST_F(OverdueTest, IsTriedAgainWhenTheGatewayRefusesAndEndsWhenItIsBack) {
  const std::string order_id = make_captured_order();
  refuse_refunds();
  miss(order_id);
  EXPECT_EQ(paid_back(order_id), 0);
  EXPECT_EQ(waiting(), 1);
  EXPECT_EQ(refunds(), 1) << "not at once";
  retry_after(minutes{10});
  EXPECT_EQ(refunds(), 2);
  EXPECT_EQ(gateway_.count("refund"), 2);
  EXPECT_EQ(waiting(), 1);
  accept_refunds();
  retry_after(hours{1});
  EXPECT_EQ(paid_back(order_id), 2'000);
  EXPECT_EQ(waiting(), 0);
  for (int i = 0; i < 3; ++i) retry_after(hours{24});
  EXPECT_EQ(refunds(), 3);
  EXPECT_EQ(refunded_events().size(), 1U);
  miss(order_id);  // as it is republished
  EXPECT_EQ(refunds(), 3);
  EXPECT_EQ(waiting(), 0);
}

TEST_F(OverdueTest, IsNotTriedAgainBeforeItsTimeWhenItIsRepublished) {
  const std::string order_id = make_captured_order();
  refuse_refunds();
  miss(order_id);
  for (int i = 0; i < 3; ++i) miss(order_id);
  EXPECT_EQ(refunds(), 1);
  EXPECT_EQ(gateway_.count("refund"), 1);
  retry_after(minutes{10});
  EXPECT_EQ(gateway_.count("refund"), 2);
  miss(order_id);
  EXPECT_EQ(gateway_.count("refund"), 2);
}

// The news come again where the database failed after the order was noted and before its refund
// was.
TEST_F(OverdueTest, IsTriedAtOnceWhereItsFirstNewsLedToNoRefund) {
  const std::string order_id = platform_.next_id();
  miss(order_id);
  orders_.create(order_id);
  static_cast<void>(pay(order_id));
  complete(order_id);
  process_attempts();
  miss(order_id);
  EXPECT_EQ(paid_back(order_id), 2'000);
}

TEST_F(OverdueTest, WaitsForThePaymentThatItIsOf) {
  const std::string order_id = platform_.next_id();
  miss(order_id);
  EXPECT_EQ(waiting(), 1);
  orders_.create(order_id);
  retry_after(minutes{10});
  EXPECT_EQ(refunds(), 0);
  static_cast<void>(pay(order_id));
  complete(order_id);
  process_attempts();
  retry_after(hours{1});
  EXPECT_EQ(paid_back(order_id), 2'000);
  EXPECT_EQ(waiting(), 0);
}

// The part that was asked for before is refused after the rest has been asked for.
TEST_F(OverdueTest, IsAllOfThePriceHoweverRefundsBeforeEnd) {
  const std::string order_id = make_captured_order();
  delivery_.is_away = true;
  const auto part = refund(order_id, {.cents = 500});
  delivery_.is_away = false;
  miss(order_id);
  EXPECT_EQ(paid_back(order_id), 1'500);
  EXPECT_EQ(waiting(), 1);
  refuse_refunds();
  delivery_.release(order_id, part->id);
  platform_.pass(std::chrono::seconds{1});
  accept_refunds();
  retry_after(minutes{10});
  EXPECT_EQ(paid_back(order_id), 2'000);
  EXPECT_EQ(waiting(), 0);
}

TEST_F(OverdueTest, IsGivenUpAfterThirtyDays) {
  const std::string order_id = make_captured_order();
  refuse_refunds();
  miss(order_id);
  for (int day = 0; day < 29; ++day) retry_after(hours{24});
  const std::int64_t tried = refunds();
  EXPECT_GT(tried, 20);
  EXPECT_EQ(waiting(), 1);
  for (int day = 0; day < 3; ++day) retry_after(hours{24});
  EXPECT_EQ(waiting(), 0);
  EXPECT_LE(refunds(), tried + 1);
  EXPECT_EQ(platform_.metric("refunds_overdue_given_up_total"), 1);
}

TEST_F(OverdueTest, StaysGivenUpWhenItIsRepublished) {
  const std::string order_id = make_captured_order();
  refuse_refunds();
  miss(order_id);
  for (int day = 0; day < 32; ++day) retry_after(hours{24});
  const std::int64_t tried = refunds();
  miss(order_id);
  for (int day = 0; day < 3; ++day) retry_after(hours{24});
  EXPECT_EQ(refunds(), tried);
  EXPECT_EQ(waiting(), 0);
  EXPECT_EQ(platform_.metric("refunds_overdue_given_up_total"), 1);
  accept_refunds();
  ASSERT_TRUE(refund(order_id, {.by = RefundRequester::operator_}));
  EXPECT_EQ(paid_back(order_id), 2'000);
  EXPECT_EQ(waiting(), 0);
  EXPECT_EQ(overdue_rows(), 0);
}

TEST_F(OverdueTest, IsNotRefundedToABuyerWhoWasShownTheTicket) {
  const std::string order_id = make_captured_order();
  delivery_.reveal(order_id);
  miss(order_id);
  EXPECT_EQ(refunds(), 0);
  EXPECT_EQ(waiting(), 0);
}

}  // namespace
}  // namespace ticketing::payments::refunds
