#include "payments/refunds/refund.hpp"

#include <gtest/gtest.h>

namespace ticketing::payments::refunds {
namespace {

using attempts::OrderStatus;
using attempts::PaymentStatus;

const Timestamp now = from_millis(1'800'000'000'000);
constexpr std::chrono::seconds window{3'600};
const OrderCopy order{.id = "o", .status = OrderStatus::complete, .user_id = "buyer"};

Payment captured(std::int64_t refunding_cents = 0) {
  return {.id = "p",
          .order_id = "o",
          .amount = Money{2'000},
          .status = PaymentStatus::captured,
          .refunding = Money{refunding_cents},
          .captured_at = now};
}

RefundTerms by_buyer(std::optional<Money> amount = std::nullopt, bool relist = false) {
  return {.user_id = "buyer", .amount = amount, .relist = relist};
}

std::string refusal(const Payment& payment, const RefundTerms& terms, Timestamp at = now,
                    const RefundsBefore& before = {}) {
  const auto amount = check_refund(payment, order, terms, at, window, before);
  return amount ? "" : std::string(amount.error().slug.name());
}

TEST(Refund, IsForAllThatIsLeftUnlessAnAmountIsNamed) {
  EXPECT_EQ(check_refund(captured(), order, by_buyer(), now, window, {})->cents, 2'000);
  EXPECT_EQ(check_refund(captured(500), order, by_buyer(), now, window, {})->cents, 1'500);
  EXPECT_EQ(check_refund(captured(500), order, by_buyer(Money{1}), now, window, {})->cents, 1);
}

TEST(Refund, NeverGivesBackMoreThanWasTaken) {
  EXPECT_EQ(refusal(captured(), by_buyer(Money{2'001})), "refund_too_large");
  EXPECT_EQ(refusal(captured(1'999), by_buyer(Money{2})), "refund_too_large");
  EXPECT_EQ(refusal(captured(2'000), by_buyer()), "already_refunded");
  EXPECT_EQ(refusal(captured(), by_buyer(Money{0})), "refund_too_large");
}

TEST(Refund, IsTheBuyersUntilItsTimeIsOverAndTheOperatorsAlways) {
  RefundTerms other = by_buyer();
  other.user_id = "other";
  EXPECT_EQ(refusal(captured(), other), "not_your_order");
  EXPECT_EQ(refusal(captured(), by_buyer(), now + window - Milliseconds{1}), "");
  EXPECT_EQ(refusal(captured(), by_buyer(), now + window), "refund_window_over");
  EXPECT_FALSE(check_refund(captured(), order, by_buyer(), now, std::chrono::seconds{0}, {}));
  const RefundTerms by_operator{.requested_by = RefundRequester::operator_};
  EXPECT_EQ(refusal(captured(), by_operator, now + std::chrono::hours{24 * 90}), "");
}

TEST(Refund, NeedsMoneyThatWasTaken) {
  for (const auto status :
       {PaymentStatus::authorizing, PaymentStatus::requires_action, PaymentStatus::authorized,
        PaymentStatus::declined, PaymentStatus::voided, PaymentStatus::failed}) {
    Payment payment = captured();
    payment.status = status;
    EXPECT_EQ(refusal(payment, by_buyer()), "order_not_paid") << name_of(status);
  }
}

TEST(Refund, PutsTheTicketBackOnSaleOnlyWithTheLastCent) {
  EXPECT_EQ(refusal(captured(), by_buyer(Money{1'999}, true)), "relist_needs_full_refund");
  EXPECT_EQ(refusal(captured(), by_buyer(Money{2'000}, true)), "");
  EXPECT_EQ(refusal(captured(500), by_buyer(Money{1'500}, true)), "");
}

TEST(Refund, IsMadeInAtMostTwentyPartsAndThenOfTheWholeRemainder) {
  EXPECT_EQ(refusal(captured(500), by_buyer(Money{1}), now, {.count = 19}), "");
  EXPECT_EQ(refusal(captured(500), by_buyer(Money{1}), now, {.count = 20}), "too_many_refunds");
  EXPECT_EQ(refusal(captured(500), by_buyer(), now, {.count = 20}), "");
  EXPECT_EQ(refusal(captured(500), by_buyer(Money{1'500}), now, {.count = 1'000}), "");
  RefundTerms by_operator = by_buyer(Money{1});
  by_operator.requested_by = RefundRequester::operator_;
  EXPECT_EQ(refusal(captured(500), by_operator, now, {.count = 20}), "too_many_refunds");
}

TEST(Refund, IsOfferedWhileItWouldBeGiven) {
  const Refundable whole = refundable_of(captured(), order, now, window, false);
  EXPECT_EQ(whole.refundable.cents, 2'000);
  EXPECT_EQ(whole.until, now + window);

  Payment partly = captured(500);
  partly.refunded = Money{200};
  const Refundable rest = refundable_of(partly, order, now, window, false);
  EXPECT_EQ(rest.refundable.cents, 1'500);
  EXPECT_EQ(rest.refunding.cents, 300);
  EXPECT_EQ(rest.refunded.cents, 200);

  const Refundable late = refundable_of(captured(), order, now + window, window, false);
  EXPECT_EQ(late.refundable.cents, 0);
  EXPECT_FALSE(late.until);
  const Refundable never = refundable_of(captured(), order, now, std::chrono::seconds{0}, false);
  EXPECT_EQ(never.refundable.cents, 0);
  EXPECT_EQ(refundable_of(captured(2'000), order, now, window, false).refundable.cents, 0);
}

TEST(Refund, IsRefusedOnceTheTicketWasShownUnlessAnOperatorSaysWhy) {
  const RefundsBefore revealed{.is_revealed = true};
  EXPECT_EQ(refusal(captured(), by_buyer(), now, revealed), "ticket_revealed");
  EXPECT_EQ(refusal(captured(), by_buyer(Money{1}), now, revealed), "ticket_revealed");
  EXPECT_EQ(refusal(captured(2'000), by_buyer(), now, revealed), "already_refunded");
  RefundTerms by_operator{.requested_by = RefundRequester::operator_};
  EXPECT_EQ(refusal(captured(), by_operator, now, revealed), "ticket_revealed");
  by_operator.reason = "The show was moved";
  EXPECT_EQ(refusal(captured(), by_operator, now, revealed), "");
  by_operator.relist = true;
  EXPECT_EQ(refusal(captured(), by_operator, now, revealed), "ticket_revealed");
  EXPECT_EQ(refundable_of(captured(), order, now, window, true).refundable.cents, 0);
  EXPECT_FALSE(refundable_of(captured(), order, now, window, true).until);
}

TEST(Refund, OutlastsARevealWithAReasonAndWithoutRelisting) {
  EXPECT_FALSE(outlasts_reveal({.id = "r"}));
  EXPECT_TRUE(outlasts_reveal({.id = "r", .reason = "why"}));
  EXPECT_FALSE(outlasts_reveal({.id = "r", .relist = true, .reason = "why"}));
}

TEST(Refund, IsOfferedBetweenAnOrdersCompletionAndTheCapture) {
  Payment authorized = captured();
  authorized.status = PaymentStatus::authorized;
  authorized.captured_at = std::nullopt;
  EXPECT_EQ(refundable_of(authorized, order, now, window, false).refundable.cents, 2'000);
  const OrderCopy cancelled{.id = "o", .status = OrderStatus::cancelled, .user_id = "buyer"};
  EXPECT_EQ(refundable_of(authorized, cancelled, now, window, false).refundable.cents, 0);
  EXPECT_EQ(refundable_of(captured(), cancelled, now, window, false).refundable.cents, 0);
  authorized.status = PaymentStatus::declined;
  EXPECT_EQ(refundable_of(authorized, order, now, window, false).refundable.cents, 0);
}

TEST(Refund, StatusesAndRequestersReadBackFromTheirNames) {
  for (const auto s : {RefundStatus::asked, RefundStatus::pending, RefundStatus::succeeded,
                       RefundStatus::failed}) {
    EXPECT_EQ(value_named<RefundStatus>(name_of(s)), s);
  }
  for (const auto r :
       {RefundRequester::buyer, RefundRequester::operator_, RefundRequester::gateway}) {
    EXPECT_EQ(value_named<RefundRequester>(name_of(r)), r);
  }
}

}  // namespace
}  // namespace ticketing::payments::refunds
