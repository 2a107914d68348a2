// A refund: the price of an order, or a part of it, goes back to the buyer. No I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "payments/attempts/payment.hpp"

namespace ticketing::payments::refunds {

using attempts::OrderCopy;
using attempts::Payment;

enum class RefundStatus { pending, succeeded, failed };
BOOST_DESCRIBE_ENUM(RefundStatus, pending, succeeded, failed)

enum class RefundRequester { buyer, operator_, gateway };
BOOST_DESCRIBE_ENUM(RefundRequester, buyer, operator_, gateway)

struct Refund {
  std::string id;
  std::string payment_id;
  std::string order_id;
  Money amount;
  bool relist = false;  // the ticket goes back on sale
  RefundRequester requested_by = RefundRequester::buyer;
  RefundStatus status = RefundStatus::pending;
  std::optional<std::string> stripe_id;
  std::optional<std::string> failure;
  Timestamp created_at;
  Timestamp retry_at;
};
BOOST_DESCRIBE_STRUCT(Refund, (),
                      (id, payment_id, order_id, amount, relist, requested_by, status, stripe_id,
                       failure, created_at, retry_at))

// Of one payment, however they end; then the whole remainder is refunded, or nothing. Stripe lists
// at most 100 of them.
inline constexpr std::int64_t refunds_max = 20;

// What is asked for.
struct RefundTerms {
  RefundRequester requested_by = RefundRequester::buyer;
  std::string user_id;          // of a buyer
  std::optional<Money> amount;  // nothing: the whole remainder
  bool relist = false;
};

// An operator, or the order's buyer.
bool may_refund(const OrderCopy& order, const RefundTerms& terms);
// The order is complete and its money is held: its capture is on the way.
bool is_being_captured(const Payment& payment, const OrderCopy& order);

// How much is refunded. `window` is how long after the capture a buyer may ask; zero: never.
// `refunds_before`: of this payment, however they ended.
// Refuses with `not_your_order`, `order_not_paid`, `refund_window_over`, `already_refunded`,
// `refund_too_large`, `relist_needs_full_refund`, `too_many_refunds`.
Result<Money> check_refund(const Payment& payment, const OrderCopy& order, const RefundTerms& terms,
                           Timestamp now, std::chrono::seconds window, std::int64_t refunds_before);

// How much a buyer can still ask for, how much is under way and how much was refunded.
struct Refundable {
  Money refundable;
  Money refunding;
  Money refunded;
  std::optional<Timestamp> until;  // while there is something to ask for
};

// A payment that waits for its capture counts as captured now: its order is complete already.
Refundable refundable_of(const Payment& payment, const OrderCopy& order, Timestamp now,
                         std::chrono::seconds window);

}  // namespace ticketing::payments::refunds
