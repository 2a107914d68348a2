#include "payments/refund.hpp"

namespace ticketing::payments {

std::string_view to_string(RefundStatus status) {
  switch (status) {
    case RefundStatus::pending: return "pending";
    case RefundStatus::succeeded: return "succeeded";
    case RefundStatus::failed: return "failed";
  }
  return "pending";
}

std::optional<RefundStatus> parse_refund_status(std::string_view text) {
  for (const auto status : {RefundStatus::pending, RefundStatus::succeeded, RefundStatus::failed}) {
    if (text == to_string(status)) return status;
  }
  return std::nullopt;
}

std::string_view to_string(RefundRequester requester) {
  switch (requester) {
    case RefundRequester::buyer: return "buyer";
    case RefundRequester::operator_: return "operator";
    case RefundRequester::gateway: return "gateway";
  }
  return "buyer";
}

std::optional<RefundRequester> parse_refund_requester(std::string_view text) {
  for (const auto requester :
       {RefundRequester::buyer, RefundRequester::operator_, RefundRequester::gateway}) {
    if (text == to_string(requester)) return requester;
  }
  return std::nullopt;
}

Result<Money> check_refund(const Payment& payment, const OrderCopy& order, const RefundWish& wish,
                           Timestamp now, std::chrono::seconds window) {
  const bool by_buyer = wish.requested_by == RefundRequester::buyer;
  if (by_buyer && order.user_id != wish.user_id) {
    return refuse(ErrorKind::unauthenticated, "not_your_order",
                  "Only its buyer may have an order refunded.");
  }
  if (payment.status != PaymentStatus::captured || !payment.captured_at) {
    return refuse(ErrorKind::invalid, "order_not_paid", "The order has not been paid.");
  }
  if (by_buyer && now >= *payment.captured_at + window) {
    return refuse(ErrorKind::invalid, "refund_window_over",
                  "The time in which the order can be refunded is over.");
  }
  const Money left{.cents = payment.amount.cents - payment.refunding.cents};
  if (left.cents == 0) {
    return refuse(ErrorKind::invalid, "already_refunded", "The order has been refunded already.");
  }
  const Money amount = wish.amount.value_or(left);
  if (amount.cents <= 0 || amount > left) {
    Error error = invalid_field(
        "amount", "amount must be at most what is left of the payment: " + to_decimal(left));
    error.slug = "refund_too_large";
    return std::unexpected(error);
  }
  if (wish.relist && amount != left) {
    return refuse(ErrorKind::invalid, "relist_needs_full_refund",
                  "The ticket goes back on sale only when the whole price goes back.");
  }
  return amount;
}

}  // namespace ticketing::payments
