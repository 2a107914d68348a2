#include "payments/operator/operations.hpp"

#include "payments/test_payments.hpp"

namespace ticketing::payments::operator_ {
namespace {

class LedgerTest : public PaymentsTest {
 protected:
  Period always() const { return {.from = from_millis(0), .to = platform_.now()}; }

  Operations operations_{data_.database(), gateway_};
};

TEST_F(LedgerTest, ListsOursPageByPage) {
  make_attempts(501);
  const auto first = run(operations_.list_ours(always(), ""));
  ASSERT_EQ(first.lines.size(), 500U);
  const auto second = run(operations_.list_ours(always(), *first.next));
  ASSERT_EQ(second.lines.size(), 1U);
  EXPECT_EQ(second.lines.front().payment_id, "p1501");
  EXPECT_FALSE(second.next);
}

TEST_F(LedgerTest, ListsWhatWasMadeInThePeriodOnly) {
  make_attempts(501);
  const auto at = [](std::int64_t ms) { return from_millis(ms); };
  EXPECT_EQ(run(operations_.list_ours({.from = at(0), .to = at(1'000)}, "")).lines.size(), 0U);
  EXPECT_EQ(run(operations_.list_ours({.from = at(1'001), .to = at(9'000)}, "")).lines.size(), 0U);
  EXPECT_EQ(run(operations_.list_ours({.from = at(1'000), .to = at(1'001)}, "")).lines.size(),
            500U);
}

TEST_F(LedgerTest, HasTheCapturedAndRefundedAmounts) {
  const std::string order_id = make_captured_order();
  platform_.pass(Milliseconds{1});
  const auto page = run(operations_.list_ours(always(), ""));
  ASSERT_EQ(page.lines.size(), 1U);
  EXPECT_EQ(page.lines.front().payment_id, payment(order_id).id);
  EXPECT_EQ(page.lines.front().status, "captured");
  EXPECT_EQ(page.lines.front().captured_cents, 2'000);
  EXPECT_EQ(page.lines.front().refunded_cents, 0);
}

TEST_F(LedgerTest, ListsTheGatewaysRecords) {
  gateway_.on_list = [] {
    return IntentPage{.intents = {{.id = "pi",
                                   .payment_id = "p",
                                   .status = IntentStatus::taken,
                                   .amount = Money{.cents = 7},
                                   .captured = Money{.cents = 7},
                                   .refunded = Money{.cents = 2}}},
                      .next = "cursor"};
  };
  const auto page = run(operations_.list_theirs(always(), "after"));
  EXPECT_EQ(gateway_.calls.back(), "list after");
  EXPECT_EQ(page.next, "cursor");
  ASSERT_EQ(page.lines.size(), 1U);
  EXPECT_EQ(page.lines.front().stripe_id, "pi");
  EXPECT_EQ(page.lines.front().status, "taken");
  EXPECT_EQ(page.lines.front().refunded_cents, 2);
}

TEST_F(LedgerTest, ThrowsWhenTheGatewayDoesNotAnswer) {
  gateway_.on_list = [] { return NotSent{.reason = ""}; };
  EXPECT_THROW(run(operations_.list_theirs(always(), std::nullopt)), Unavailable);
}

}  // namespace
}  // namespace ticketing::payments::operator_
