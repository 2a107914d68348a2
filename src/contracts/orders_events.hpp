// The events of the orders service. docs/events.md says who listens and what each does then.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/error.hpp"
#include "common/base/money.hpp"

namespace ticketing::contracts {

// A ticket was reserved; version 0. The price is frozen here.
struct OrderCreated {
  static constexpr std::string_view subject = "order.created";
  std::string id;
  std::int64_t version = 0;
  std::string status;   // "created"
  std::string user_id;  // the buyer
  Timestamp expires_at;
  std::string ticket_id;
  Money price;
};

// A reservation ended without a sale, or a sale was undone: its payment failed, or was refunded and
// the ticket goes back on sale.
struct OrderCancelled {
  static constexpr std::string_view subject = "order.cancelled";
  std::string id;
  std::int64_t version = 0;
  std::string reason;  // "expired", "cancelled_by_buyer", "payment_failed", "refunded"
  std::string ticket_id;
};

// The ticket is the buyer's.
struct OrderCompleted {
  static constexpr std::string_view subject = "order.completed";
  std::string id;
  std::int64_t version = 0;
  std::string ticket_id;
};

// The answer to a seller who asked to withdraw a ticket, in the ticket.updated of this version.
// Granted: no order of the ticket is live, and none will be. Refused: a live order has it.
struct WithdrawalDecided {
  static constexpr std::string_view subject = "order.withdrawal_decided";
  std::string ticket_id;
  std::int64_t ticket_version = 0;
  bool granted = false;
};

std::string encode(const OrderCreated& event);
std::string encode(const OrderCancelled& event);
std::string encode(const OrderCompleted& event);
std::string encode(const WithdrawalDecided& event);
Result<OrderCreated> decode_order_created(std::string_view json);
Result<OrderCancelled> decode_order_cancelled(std::string_view json);
Result<OrderCompleted> decode_order_completed(std::string_view json);
Result<WithdrawalDecided> decode_withdrawal_decided(std::string_view json);

}  // namespace ticketing::contracts
