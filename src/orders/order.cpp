#include "orders/order.hpp"

#include "contracts/codes.hpp"

namespace ticketing::orders {
namespace {

Order cancelled(const Order& order, CancelReason reason) {
  Order after = order;
  after.version = order.version + 1;
  after.status = OrderStatus::cancelled;
  after.reason = reason;
  return after;
}

}  // namespace

Order make_order(std::string id, std::string user_id, const TicketCopy& ticket, Timestamp now,
                 std::chrono::seconds hold) {
  return {.id = std::move(id),
          .user_id = std::move(user_id),
          .ticket = matching<OrderedTicket>(ticket),
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
