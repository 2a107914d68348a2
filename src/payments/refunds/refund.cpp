#include "payments/refunds/refund.hpp"

#include <fmt/format.h>

#include "contracts/codes.hpp"

namespace ticketing::payments::refunds {
namespace {

using attempts::OrderStatus;
using attempts::PaymentStatus;

}  // namespace

bool may_refund(const OrderCopy& order, const RefundTerms& terms) {
  return terms.requested_by != RefundRequester::buyer || order.user_id == terms.user_id;
}

bool is_being_captured(const Payment& payment, const OrderCopy& order) {
  return payment.status == PaymentStatus::authorized && order.status == OrderStatus::complete;
}

Error revealed_error() {
  return {.kind = ErrorKind::invalid,
          .slug = slugs::ticket_revealed,
          .detail = "The ticket was shown to its buyer, so the order is not refunded."};
}

Error resold_error() {
  return {.kind = ErrorKind::invalid,
          .slug = slugs::ticket_resold,
          .detail = "The buyer has listed the ticket again, so the order is not refunded."};
}

Result<Money> check_refund(const Payment& payment, const OrderCopy& order, const RefundTerms& terms,
                           Timestamp now, std::chrono::seconds window,
                           const RefundsBefore& before) {
  const bool by_buyer = terms.requested_by == RefundRequester::buyer;
  if (!may_refund(order, terms)) {
    return refuse(ErrorKind::unauthenticated, slugs::not_your_order,
                  "Only its buyer may have an order refunded.");
  }
  if (payment.status != PaymentStatus::captured || !payment.captured_at) {
    return refuse(ErrorKind::invalid, slugs::order_not_paid, "The order has not been paid.");
  }
  if (by_buyer && now >= *payment.captured_at + window) {
    return refuse(ErrorKind::invalid, slugs::refund_window_over,
                  "The time in which the order can be refunded is over.");
  }
  const Money left{.cents = payment.amount.cents - payment.refunding.cents};
  if (left.cents == 0) {
    return refuse(ErrorKind::invalid, slugs::already_refunded,
                  "The order has been refunded already.");
  }
  if (before.is_revealed && (!terms.reason || terms.relist)) return refuse(revealed_error());
  const Money amount = terms.amount.value_or(left);
  if (amount.cents <= 0 || amount > left) {
    const Code slug = slugs::refund_too_large(left);
    Error error = invalid_field(
        "amount", {slug, "must be at most what is left of the payment: " + to_decimal(left)});
    error.slug = slug;
    return std::unexpected(error);
  }
  if (terms.relist && amount != left) {
    return refuse(ErrorKind::invalid, slugs::relist_needs_full_refund,
                  "The ticket goes back on sale only when the whole price goes back.");
  }
  if (before.count >= refunds_max && amount != left) {
    return refuse(ErrorKind::invalid, slugs::too_many_refunds(refunds_max),
                  fmt::format("{} refunds of this payment were asked for. Only the whole remainder "
                              "can be refunded now.",
                              refunds_max));
  }
  return amount;
}

Refundable refundable_of(const Payment& payment, const OrderCopy& order, Timestamp now,
                         std::chrono::seconds window, bool is_revealed) {
  Refundable answer{
      .refunding = Money{.cents = payment.refunding.cents - payment.refunded.cents},
      .refunded = payment.refunded,
  };
  const bool is_taken =
      payment.status == PaymentStatus::captured || payment.status == PaymentStatus::authorized;
  const Timestamp until = payment.captured_at.value_or(now) + window;
  const Money left{.cents = payment.amount.cents - payment.refunding.cents};
  if (order.status == OrderStatus::complete && is_taken && !is_revealed && now < until &&
      left.cents > 0) {
    answer.refundable = left;
    answer.until = until;
  }
  return answer;
}

}  // namespace ticketing::payments::refunds
