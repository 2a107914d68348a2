// The events of the payments service. Listened to by orders: payment.created asks it to complete
// the order; payment.failed reports that a completed order will not be paid after all;
// payment.refunded with `relist` that it is undone. Listened to by delivery: payment.captured
// assigns the ticket to its buyer; refund.requested asks for it back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/described.hpp"
#include "common/base/flag.hpp"
#include "common/base/money.hpp"
#include "contracts/codec.hpp"

namespace ticketing::contracts {

// What all of them carry.
struct PaymentFacts {
  std::string id;
  std::string order_id;
  std::string stripe_id;              // of the PaymentIntent, or of the sandbox's
  std::optional<std::string> reason;  // of a failure
};
BOOST_DESCRIBE_STRUCT(PaymentFacts, (), (id, order_id, stripe_id, reason))

// The money is held (authorised), not yet taken.
struct PaymentCreated : PaymentFacts {
  static constexpr std::string_view subject = "payment.created";
};
BOOST_DESCRIBE_STRUCT(PaymentCreated, (PaymentFacts), ())
struct PaymentCaptured : PaymentFacts {
  static constexpr std::string_view subject = "payment.captured";
  // Whose ticket it is now. Both are absent in events of older releases, and of a payment of which
  // money went back: its order has no claim to the ticket.
  std::optional<std::string> ticket_id{};
  std::optional<std::string> user_id{};  // the buyer
  // Its seller promised file or code when the order was made. Absent with the ticket.
  Flag file_promised{};
};
BOOST_DESCRIBE_STRUCT(PaymentCaptured, (PaymentFacts), (ticket_id, user_id, file_promised))
struct PaymentVoided : PaymentFacts {
  static constexpr std::string_view subject = "payment.voided";
};
BOOST_DESCRIBE_STRUCT(PaymentVoided, (PaymentFacts), ())
// An authorised payment could not be captured.
struct PaymentFailed : PaymentFacts {
  static constexpr std::string_view subject = "payment.failed";
};
BOOST_DESCRIBE_STRUCT(PaymentFailed, (PaymentFacts), ())
// Money went back to the buyer: a part of it, or the last part.
struct PaymentRefunded : PaymentFacts {
  static constexpr std::string_view subject = "payment.refunded";
  std::string refund_id;
  Money amount;       // of this refund
  Money refunded;     // altogether, with this one
  bool full = false;  // nothing of the payment is left
  // The ticket goes back on sale when `full`. This refund asked for it, or one before.
  bool relist = false;
};
BOOST_DESCRIBE_STRUCT(PaymentRefunded, (PaymentFacts), (refund_id, amount, refunded, full, relist))

// Money is to go back; delivery answers with delivery.released or delivery.revealed.
struct RefundRequested {
  static constexpr std::string_view subject = "refund.requested";
  std::string order_id;
  std::string refund_id;
  std::optional<std::string> ticket_id{};  // nothing: payments has an older copy of the order
  std::string user_id;                     // the buyer
};
BOOST_DESCRIBE_STRUCT(RefundRequested, (), (order_id, refund_id, ticket_id, user_id))

}  // namespace ticketing::contracts
