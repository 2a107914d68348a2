// A refund: money that goes back to a buyer, wholly or in part. No I/O.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "payments/payment.hpp"

namespace ticketing::payments {

enum class RefundStatus { pending, succeeded, failed };
std::string_view to_string(RefundStatus status);
std::optional<RefundStatus> parse_refund_status(std::string_view text);

enum class RefundRequester { buyer, operator_, gateway };
std::string_view to_string(RefundRequester requester);
std::optional<RefundRequester> parse_refund_requester(std::string_view text);

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

struct RefundWish {
  RefundRequester requested_by = RefundRequester::buyer;
  std::string user_id;          // of a buyer
  std::optional<Money> amount;  // nothing: all that is left
  bool relist = false;
};

// How much goes back. `window` is how long after the capture a buyer may ask; zero: never. Refuses
// with `not_your_order`, `order_not_paid`, `refund_window_over`, `already_refunded`,
// `refund_too_large`, `relist_needs_full_refund`.
Result<Money> check_refund(const Payment& payment, const OrderCopy& order, const RefundWish& wish,
                           Timestamp now, std::chrono::seconds window);

// What a buyer may still ask for, what of it is under way and what has been given back.
struct Refundable {
  Money refundable;
  Money refunding;
  Money refunded;
  std::optional<Timestamp> until;  // while there is something to ask for
};

// A payment that waits for its capture counts as captured now: its order is complete already.
Refundable refundable_of(const Payment& payment, const OrderCopy& order, Timestamp now,
                         std::chrono::seconds window);

}  // namespace ticketing::payments
