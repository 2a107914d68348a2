// An order and its states: created, then complete or cancelled. No I/O; the caller passes the time.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/error.hpp"
#include "common/base/flag.hpp"
#include "common/base/money.hpp"

namespace ticketing::orders {

enum class OrderStatus { created, complete, cancelled };
BOOST_DESCRIBE_ENUM(OrderStatus, created, complete, cancelled)

enum class CancelReason { expired, cancelled_by_buyer, payment_failed, refunded };
BOOST_DESCRIBE_ENUM(CancelReason, expired, cancelled_by_buyer, payment_failed, refunded)

// The copy of a ticket in orders, made from events.
struct TicketCopy {
  std::string id;
  std::int64_t version = 0;
  std::string title;
  Money price;
  std::optional<std::string> section{};
  std::optional<std::string> show_id{};
  std::optional<std::string> row{};
  std::optional<std::string> seat{};
  std::optional<Money> face_value{};
  std::optional<std::string> restrictions{};
  std::optional<std::string> user_id{};  // the seller; unknown of a copy from an old release
  bool is_lapsed = false;                // its show began while it was listed
  bool file_promised = false;            // its seller gives file or code after the sale
};
BOOST_DESCRIBE_STRUCT(TicketCopy, (),
                      (id, version, title, price, section, show_id, row, seat, face_value,
                       restrictions, user_id, is_lapsed, file_promised))

// A ticket as it was when its order was made: the price is frozen, and what its seller promised.
struct OrderedTicket {
  std::string id;
  std::string title;
  Money price;
  std::optional<std::string> section{};
  std::optional<std::string> show_id{};
  std::optional<std::string> row{};
  std::optional<std::string> seat{};
  std::optional<Money> face_value{};
  std::optional<std::string> restrictions{};
  Flag file_promised{};
};
BOOST_DESCRIBE_STRUCT(OrderedTicket, (),
                      (id, title, price, section, show_id, row, seat, face_value, restrictions,
                       file_promised))

struct Order {
  std::string id;
  std::int64_t version = 0;
  OrderStatus status = OrderStatus::created;
  std::optional<CancelReason> reason;
  std::string user_id;      // the buyer
  std::optional<int> slot;  // of the buyer's slots for unpaid orders, where they are limited
  // Whose the order counts for while it is unpaid, and its slot there; nothing afterwards.
  std::optional<std::string> address;
  std::optional<int> address_slot;
  // The show for which it counts until it is cancelled, and its slot of the buyer's there.
  std::optional<std::string> counted_show_id;
  std::optional<int> show_slot;
  OrderedTicket ticket;
  std::optional<std::string> payment_id;
  Timestamp expires_at;
  Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(Order, (),
                      (id, version, status, reason, user_id, slot, address, address_slot,
                       counted_show_id, show_slot, ticket, payment_id, expires_at, created_at))

Order make_order(std::string id, std::string user_id, const TicketCopy& ticket, Timestamp now,
                 std::chrono::seconds hold);

// Each of these gives the order one version on, or nothing when there is nothing to change.

// The buyer cancels. An order that the buyer has cancelled already stays as it is; refuses with
// `order_complete`, `order_expired`, `order_cancelled`.
Result<std::optional<Order>> cancel(const Order& order);

// The order's money is held. Also when its time is over but it is not cancelled yet: the buyer
// was in time. Nothing unless it is `created`.
std::optional<Order> complete(const Order& order, const std::string& payment_id);

// Its time is over. Nothing unless it is `created` and due.
std::optional<Order> expire(const Order& order, Timestamp now);

// The payment that completed the order could not be captured. Nothing unless it was that payment's.
std::optional<Order> fail_payment(const Order& order, const std::string& payment_id);

// All of its price went back to the buyer, and the ticket goes back on sale. Nothing unless it was
// that payment's.
std::optional<Order> undo_sale(const Order& order, const std::string& payment_id);

}  // namespace ticketing::orders
