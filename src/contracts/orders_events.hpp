// The events of the orders service. docs/events.md lists the listeners and their actions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/flag.hpp"
#include "common/base/money.hpp"
#include "contracts/codec.hpp"

namespace ticketing::contracts {

// A ticket was reserved; version 0. The price and what its seller promised are frozen here.
struct OrderCreated {
  static constexpr std::string_view subject = "order.created";
  struct Ticket {
    std::string id;
    Money price;
    Flag file_promised;  // its seller gives file or code after the sale
  };
  std::string id;
  std::int64_t version = 0;
  std::string status;   // "created"
  std::string user_id;  // the buyer
  Timestamp expires_at;
  Ticket ticket;
};
BOOST_DESCRIBE_STRUCT(OrderCreated::Ticket, (), (id, price, file_promised))
BOOST_DESCRIBE_STRUCT(OrderCreated, (), (id, version, status, user_id, expires_at, ticket))

// Which ticket an order is of.
struct TicketReference {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(TicketReference, (), (id))

// A reservation ended without a sale, or a sale was undone: its payment failed, or was refunded and
// the ticket goes back on sale.
struct OrderCancelled {
  static constexpr std::string_view subject = "order.cancelled";
  std::string id;
  std::int64_t version = 0;
  std::string reason;  // "expired", "cancelled_by_buyer", "payment_failed", "refunded"
  TicketReference ticket;
};
BOOST_DESCRIBE_STRUCT(OrderCancelled, (), (id, version, reason, ticket))

// The ticket is the buyer's.
struct OrderCompleted {
  static constexpr std::string_view subject = "order.completed";
  std::string id;
  std::int64_t version = 0;
  TicketReference ticket;
};
BOOST_DESCRIBE_STRUCT(OrderCompleted, (), (id, version, ticket))

// The answer to a seller who asked to withdraw a ticket, in the ticket.updated of this version. A
// copy of it may name a later version: it answers all that was asked up to that one. Granted: no
// order of the ticket is live, and none will be. Refused: a live order has it.
struct WithdrawalDecided {
  static constexpr std::string_view subject = "order.withdrawal_decided";
  struct Ticket {
    std::string id;
    std::int64_t version = 0;
  };
  Ticket ticket;
  bool granted = false;
};
BOOST_DESCRIBE_STRUCT(WithdrawalDecided::Ticket, (), (id, version))
BOOST_DESCRIBE_STRUCT(WithdrawalDecided, (), (ticket, granted))

}  // namespace ticketing::contracts
