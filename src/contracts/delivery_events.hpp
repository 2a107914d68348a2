// The events of the delivery service. Listened to by tickets, which says of each ticket whether its
// buyer gets a file and makes the tickets of resales, and by payments, which gives money back for a
// ticket that its seller did not give in time, and only for one that was neither shown nor listed
// again.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/flag.hpp"
#include "contracts/codec.hpp"

namespace ticketing::contracts {

// The ticket has what its buyer gets, a file or a code: for the first time, or another one.
struct DeliveryReady {
  static constexpr std::string_view subject = "delivery.ready";
  std::string ticket_id;
};
BOOST_DESCRIBE_STRUCT(DeliveryReady, (), (ticket_id))

// The ticket was sold without what its buyer gets, and its seller has until `dueAt` to give that.
struct DeliveryDue {
  static constexpr std::string_view subject = "delivery.due";
  std::string order_id;
  std::string ticket_id;
  std::string user_id;    // the buyer
  std::string seller_id;  // of the ticket
  Timestamp due_at;
};
BOOST_DESCRIBE_STRUCT(DeliveryDue, (), (order_id, ticket_id, user_id, seller_id, due_at))

// Its seller has not given it in time: the buyer is to have all of the money back.
struct DeliveryOverdue {
  static constexpr std::string_view subject = "delivery.overdue";
  std::string order_id;
  std::string ticket_id;
  std::string user_id;    // the buyer
  std::string seller_id;  // of the ticket
  Timestamp overdue_at;
};
BOOST_DESCRIBE_STRUCT(DeliveryOverdue, (), (order_id, ticket_id, user_id, seller_id, overdue_at))

// The buyer of the order was shown the ticket. Nothing undoes this.
struct DeliveryRevealed {
  static constexpr std::string_view subject = "delivery.revealed";
  std::string order_id;
  std::string ticket_id;
  Timestamp revealed_at;
  std::optional<std::string> refund_id{};  // of an answer: the refund that asked for the ticket
};
BOOST_DESCRIBE_STRUCT(DeliveryRevealed, (), (order_id, ticket_id, revealed_at, refund_id))

// The answer to a refund: the order's ticket was not shown, and is never shown for this order.
struct DeliveryReleased {
  static constexpr std::string_view subject = "delivery.released";
  std::string order_id;
  std::string refund_id;
};
BOOST_DESCRIBE_STRUCT(DeliveryReleased, (), (order_id, refund_id))

// The buyer of the order, who was not shown the ticket, lists it again, as another ticket.
struct ResaleBegun {
  static constexpr std::string_view subject = "delivery.resale_begun";
  std::string order_id;
  std::string ticket_id;                   // that was bought
  std::string resale_id;                   // of the ticket that is made of it
  std::string user_id;                     // the buyer, who sells that
  std::optional<std::string> refund_id{};  // of an answer: the refund that asked for the ticket
  Flag has_file{};  // its buyer gets a file or code; absent from answers and older releases
};
BOOST_DESCRIBE_STRUCT(ResaleBegun, (),
                      (order_id, ticket_id, resale_id, user_id, refund_id, has_file))

}  // namespace ticketing::contracts
