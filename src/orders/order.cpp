#include "orders/order.hpp"

#include "common/base/names.hpp"
#include "contracts/codes.hpp"

namespace ticketing::orders {
namespace {

constexpr Names<OrderStatus, 3> status_names{{
    {OrderStatus::created, "created"},
    {OrderStatus::complete, "complete"},
    {OrderStatus::cancelled, "cancelled"},
}};

constexpr Names<CancelReason, 4> reason_names{{
    {CancelReason::expired, "expired"},
    {CancelReason::cancelled_by_buyer, "cancelled_by_buyer"},
    {CancelReason::payment_failed, "payment_failed"},
    {CancelReason::refunded, "refunded"},
}};

Order cancelled(const Order& order, CancelReason reason) {
  Order after = order;
  after.version = order.version + 1;
  after.status = OrderStatus::cancelled;
  after.reason = reason;
  return after;
}

}  // namespace

std::string_view to_string(OrderStatus status) { return name_of(status_names, status); }

std::optional<OrderStatus> parse_order_status(std::string_view text) {
  return value_named(status_names, text);
}

std::string_view to_string(CancelReason reason) { return name_of(reason_names, reason); }

std::optional<CancelReason> parse_cancel_reason(std::string_view text) {
  return value_named(reason_names, text);
}

Order make_order(std::string id, std::string user_id, TicketCopy ticket, Timestamp now,
                 std::chrono::seconds hold) {
  return {.id = std::move(id),
          .user_id = std::move(user_id),
          .ticket = std::move(ticket),
          .expires_at = now + hold,
          .created_at = now};
}

Result<std::optional<Order>> cancel(const Order& order) {
  switch (order.status) {
    case OrderStatus::created: return cancelled(order, CancelReason::cancelled_by_buyer);
    case OrderStatus::complete:
      return refuse(ErrorKind::invalid, slugs::order_complete,
                    "A complete order cannot be cancelled.");
    case OrderStatus::cancelled: break;
  }
  if (order.reason == CancelReason::cancelled_by_buyer) return std::nullopt;
  if (order.reason == CancelReason::expired) {
    return refuse(ErrorKind::invalid, slugs::order_expired, "The order has expired.");
  }
  return refuse(ErrorKind::invalid, slugs::order_cancelled,
                order.reason == CancelReason::refunded
                    ? "The order was cancelled when it was refunded."
                    : "The order was cancelled because its payment failed.");
}

std::optional<Order> complete(const Order& order, const std::string& payment_id) {
  if (order.status != OrderStatus::created) return std::nullopt;
  Order after = order;
  after.version = order.version + 1;
  after.status = OrderStatus::complete;
  after.payment_id = payment_id;
  return after;
}

std::optional<Order> expire(const Order& order, Timestamp now) {
  if (order.status != OrderStatus::created || now < order.expires_at) return std::nullopt;
  return cancelled(order, CancelReason::expired);
}

std::optional<Order> fail_payment(const Order& order, const std::string& payment_id) {
  if (order.status != OrderStatus::complete || order.payment_id != payment_id) return std::nullopt;
  return cancelled(order, CancelReason::payment_failed);
}

std::optional<Order> undo_sale(const Order& order, const std::string& payment_id) {
  if (order.status != OrderStatus::complete || order.payment_id != payment_id) return std::nullopt;
  return cancelled(order, CancelReason::refunded);
}

}  // namespace ticketing::orders
