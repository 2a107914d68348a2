#include "payments/attempts/declines.hpp"

#include <gmock/gmock.h>

#include "payments/test_payments.hpp"

namespace ticketing::payments::attempts {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const db::Sql count_addresses{"test_count_addresses",
                              "SELECT count(address) AS count FROM payments"};
const db::Sql older_attempts{"test_older_attempts",
                             "UPDATE payments SET created_at = created_at - $1"};

class DeclinesTest : public PaymentsTest {
 protected:
  DeclinesTest() { decline(); }
  ~DeclinesTest() override { platform_.pass(minutes{1}); }

  void decline() {
    gateway_.on_authorize = [](const auto&) { return Declined{.code = "insufficient_funds"}; };
  }
  void accept() {
    gateway_.on_authorize = [](const auto& request) {
      return Authorized{.stripe_id = "pi_" + request.payment_id};
    };
  }
  Operations operations_with(const DeclineLimits& limits) {
    return {platform_.get(), data_, idempotency_.keys(), attempt_steps_, waiters_, limits};
  }
  Result<PayAnswer> pay_at(Operations& operations, const std::string& address) {
    return run(operations.pay({.order_id = make_order(),
                               .payer = {.user_id = "buyer", .address = address},
                               .source = "tok_visa",
                               .idempotency_key = std::nullopt}));
  }
  std::string refusal_at(Operations& operations, const std::string& address) {
    return refusal_of(pay_at(operations, address));
  }
  std::int64_t addresses() {
    return run(data_.database().query(count_addresses())).rows.front().integer("count");
  }
};

TEST_F(DeclinesTest, AreTenOfABuyerInAnHour) {
  const std::string order_id = make_order();
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(refusal_of(pay(order_id)), "card_declined") << i;
    platform_.pass(seconds{10});
  }
  accept();
  const auto refused = pay(order_id);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().slug, "too_many_declines");
  EXPECT_EQ(refused.error().kind, ErrorKind::throttled);
  // The first was made 100 s ago.
  EXPECT_EQ(refused.error().retry_after, seconds{3'500});
  EXPECT_EQ(gateway_.count("authorize"), 10);
  platform_.pass(seconds{3'499});
  EXPECT_EQ(refusal_of(pay(make_order())), "too_many_declines");
  platform_.pass(seconds{1});
  EXPECT_TRUE(pay(make_order()));
}

TEST_F(DeclinesTest, BelowTheLimitAreFollowedByASuccess) {
  const std::string order_id = make_order();
  for (int i = 0; i < 9; ++i) ASSERT_EQ(refusal_of(pay(order_id)), "card_declined");
  accept();
  EXPECT_TRUE(pay(order_id));
  for (int i = 0; i < 12; ++i) EXPECT_TRUE(pay(make_order())) << i;
  decline();
  EXPECT_EQ(refusal_of(pay(make_order())), "card_declined");
  EXPECT_EQ(refusal_of(pay(make_order())), "too_many_declines");
}

// A gateway that is slow gives no caller more attempts.
TEST_F(DeclinesTest, AreCountedWhileTheGatewayHasNotAnswered) {
  gateway_.delay = seconds{20};
  int refused = 0, unanswered = 0;
  for (int i = 0; i < 14; ++i) {
    asio::co_spawn(platform_.get().executor, pay_task(make_order()),
                   [&](std::exception_ptr, const Result<PayAnswer>& answer) {
                     if (refusal_of(answer) == "too_many_declines") ++refused;
                     if (answer && !answer->decided) ++unanswered;
                   });
  }
  platform_.pass(seconds{10});
  EXPECT_EQ(refused, 4);
  EXPECT_EQ(unanswered, 10);
  EXPECT_EQ(gateway_.count("authorize"), 10);
}

TEST_F(DeclinesTest, AreThoseOfTheGateway) {
  gateway_.on_authorize = [](const auto&) { return NotSent{.reason = "down"}; };
  for (int i = 0; i < 12; ++i) ASSERT_EQ(refusal_of(pay(make_order())), "gateway_unavailable");
  accept();
  EXPECT_TRUE(pay(make_order()));
}

TEST_F(DeclinesTest, OfOneAddressAreCountedTogether) {
  Operations operations = operations_with({.per_user = 0, .per_address = 3});
  for (int i = 0; i < 3; ++i) ASSERT_EQ(refusal_at(operations, "a"), "card_declined") << i;
  accept();
  const auto refused = pay_at(operations, "a");
  EXPECT_EQ(refusal_of(refused), "too_many_declines");
  EXPECT_EQ(refused.error().retry_after, seconds{3'600});
  EXPECT_EQ(refusal_at(operations, "b"), "");
}

TEST_F(DeclinesTest, AreNotCountedWithoutALimit) {
  Operations operations = operations_with({.per_user = 0, .per_address = 0});
  for (int i = 0; i < 70; ++i) ASSERT_EQ(refusal_at(operations, "a"), "card_declined") << i;
}

// It can still be confirmed: a request that is refused all the same does not cancel it.
TEST_F(DeclinesTest, AtTheLimitLeaveAnUnconfirmedAttemptAsItIs) {
  for (int i = 0; i < 9; ++i) ASSERT_EQ(refusal_of(pay(make_order())), "card_declined");
  gateway_.on_authorize = [](const auto&) {
    return RequiresAction{.stripe_id = "pi", .client_secret = "secret"};
  };
  const std::string order_id = make_order();
  ASSERT_TRUE(pay(order_id));
  EXPECT_EQ(refusal_of(pay(order_id)), "too_many_declines");
  EXPECT_EQ(payment(order_id).status, "requires_action");
  EXPECT_EQ(gateway_.count("release"), 0);
}

TEST_F(DeclinesTest, KeepTheAddressOnlyWhileItIsCounted) {
  accept();
  ASSERT_TRUE(pay(make_order()));
  EXPECT_EQ(addresses(), 0);
  decline();
  ASSERT_EQ(refusal_of(pay(make_order())), "card_declined");
  run(attempts_.forget_addresses());
  EXPECT_EQ(addresses(), 1);
  constexpr std::int64_t hour = 3'600'000;
  run(platform_.database().write(older_attempts(hour + 1)));
  run(attempts_.forget_addresses());
  EXPECT_EQ(addresses(), 0);
}

TEST_F(DeclinesTest, OfACallerWhoGoesOnAreOneLineOfTheAuditLogInTenSeconds) {
  for (int i = 0; i < 10; ++i) ASSERT_EQ(refusal_of(pay(make_order())), "card_declined");
  testing::internal::CaptureStderr();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(refusal_of(pay(make_order())), "too_many_declines");
  const std::string log = testing::internal::GetCapturedStderr();
  const auto line = log.find(R"("event":"pay","outcome":"throttled","reason":"too_many_declines")");
  EXPECT_NE(line, std::string::npos) << log;
  EXPECT_NE(log.find(R"("address":"192.0.2.1")"), std::string::npos) << log;
  EXPECT_EQ(log.find(R"("event":"pay")", line + 1), std::string::npos) << log;
}

}  // namespace
}  // namespace ticketing::payments::attempts
