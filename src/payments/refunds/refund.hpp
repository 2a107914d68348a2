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

enum class RefundStatus {
  asked,    // delivery has been asked for the ticket and has not answered
  pending,  // the gateway has not answered
  succeeded,
  failed,
};
BOOST_DESCRIBE_ENUM(RefundStatus, asked, pending, succeeded, failed)

enum class RefundRequester {
  buyer,
  operator_,
  gateway,
  delivery,  // the seller gave nothing in time
};
BOOST_DESCRIBE_ENUM(RefundRequester, buyer, operator_, gateway, delivery)

struct Refund {
  std::string id;
  std::string payment_id;
  std::string order_id;
  Money amount;
  bool relist = false;  // the ticket goes back on sale
  RefundRequester requested_by = RefundRequester::buyer;
  RefundStatus status = RefundStatus::asked;
  std::optional<std::string> stripe_id;
  std::optional<std::string> failure;
  Timestamp created_at;
  Timestamp retry_at;
  std::optional<Timestamp> answered_at{};  // when delivery let it go on
  std::optional<std::string> reason{};     // why money goes back though the ticket was shown
};
BOOST_DESCRIBE_STRUCT(Refund, (),
                      (id, payment_id, order_id, amount, relist, requested_by, status, stripe_id,
                       failure, created_at, retry_at, answered_at, reason))

inline bool is_over(const Refund& refund) {
  return refund.status == RefundStatus::succeeded || refund.status == RefundStatus::failed;
}
// Whether it goes on when the buyer was shown the ticket, which never goes back on sale then.
inline bool outlasts_reveal(const Refund& refund) { return refund.reason && !refund.relist; }
// When the gateway could be asked for it first; refunds of an older release did not ask delivery.
inline Timestamp begun_at(const Refund& refund) {
  return refund.answered_at.value_or(refund.created_at);
}
// Why it failed when the buyer was shown the ticket.
inline constexpr std::string_view failed_by_reveal = "ticket_revealed";

// Why it failed when the buyer had listed the ticket again.
inline constexpr std::string_view failed_by_resale = "ticket_resold";

// Of one payment, however they end; then the whole remainder is refunded, or nothing. Stripe lists
// at most 100 of them.
inline constexpr std::int64_t refunds_max = 20;

// An order whose seller gave nothing in time, until all of its price is back. One that is given up
// stays as well: it is not asked for again when delivery tells of it once more.
struct OverdueOrder {
  std::string id;
  Timestamp told_at;
  Timestamp retry_at;  // when what is left is asked for again
  std::optional<Timestamp> given_up_at{};
};
BOOST_DESCRIBE_STRUCT(OverdueOrder, (), (id, told_at, retry_at, given_up_at))

// What is asked for.
struct RefundTerms {
  RefundRequester requested_by = RefundRequester::buyer;
  std::string user_id;          // of a buyer
  std::optional<Money> amount;  // nothing: the whole remainder
  bool relist = false;
  std::optional<std::string> reason{};  // an operator's, for a ticket that was shown
};

// What a payment has had so far.
struct RefundsBefore {
  std::int64_t count = 0;    // however they ended
  bool is_revealed = false;  // the buyer was shown the ticket
};

// An operator, or the order's buyer.
bool may_refund(const OrderCopy& order, const RefundTerms& terms);
// The order is complete and its money is held: its capture is on the way.
bool is_being_captured(const Payment& payment, const OrderCopy& order);

// How much is refunded. `window` is how long after the capture a buyer may ask; zero: never.
// Refuses with `not_your_order`, `order_not_paid`, `refund_window_over`, `already_refunded`,
// `ticket_revealed`, `refund_too_large`, `relist_needs_full_refund`, `too_many_refunds`.
Result<Money> check_refund(const Payment& payment, const OrderCopy& order, const RefundTerms& terms,
                           Timestamp now, std::chrono::seconds window, const RefundsBefore& before);
// The refusals of a refund after its buyer was shown the ticket, or has listed it again.
Error revealed_error();
Error resold_error();

// How much a buyer can still ask for, how much is under way and how much was refunded.
struct Refundable {
  Money refundable;
  Money refunding;
  Money refunded;
  std::optional<Timestamp> until;  // while there is something to ask for
};

// A payment that waits for its capture counts as captured now: its order is complete already.
// Nothing can be asked for once the buyer was shown the ticket.
Refundable refundable_of(const Payment& payment, const OrderCopy& order, Timestamp now,
                         std::chrono::seconds window, bool is_revealed);

}  // namespace ticketing::payments::refunds
