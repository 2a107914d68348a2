// A payment: one attempt to pay for one order, and what its next step is. No I/O.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/error.hpp"
#include "common/base/money.hpp"
#include "payments/intent.hpp"

namespace ticketing::payments::attempts {

enum class PaymentStatus {
  authorizing,      // the gateway has been asked and has not answered
  requires_action,  // the card's owner has to confirm in the browser
  authorized,       // the money is held; orders decides what for
  captured,         // taken
  declined,         // the card was refused
  voided,           // released
  failed,           // authorised, but could not be captured
};
BOOST_DESCRIBE_ENUM(PaymentStatus, authorizing, requires_action, authorized, captured, declined,
                    voided, failed)
// Whether an attempt in this state keeps its order from another one.
bool is_live(PaymentStatus status);

enum class OrderStatus { created, complete, cancelled };
BOOST_DESCRIBE_ENUM(OrderStatus, created, complete, cancelled)

// The copy of an order, made from events.
struct OrderCopy {
  std::string id;
  std::int64_t version = 0;
  OrderStatus status = OrderStatus::created;
  std::optional<std::string> reason;  // of a cancelled one
  std::string user_id;
  Money price;
  Timestamp expires_at;
  std::optional<std::string> ticket_id{};  // nothing: copied by an older release
  bool file_promised = false;              // its seller gives file or code after the sale
};
BOOST_DESCRIBE_STRUCT(OrderCopy, (),
                      (id, version, status, reason, user_id, price, expires_at, ticket_id,
                       file_promised))

struct Payment {
  std::string id;
  std::int64_t version = 0;
  std::string order_id;
  std::string user_id;
  Money amount;
  std::string source;  // the card token
  PaymentStatus status = PaymentStatus::authorizing;
  std::optional<std::string> stripe_id;
  std::optional<std::string> failure;
  std::optional<std::string> client_secret;  // while it requires action
  Money refunding;                           // asked for, and not refused
  Money refunded;                            // of it: carried out
  std::optional<Timestamp> captured_at;
  Timestamp created_at;
  Timestamp retry_at;                       // when an unfinished one is looked at again
  std::optional<std::string> dispute_id{};  // its card's owner takes the money back
};
BOOST_DESCRIBE_STRUCT(Payment, (),
                      (id, version, order_id, user_id, amount, source, status, stripe_id, failure,
                       client_secret, refunding, refunded, captured_at, created_at, retry_at,
                       dispute_id))

// A payment and the copy of its order.
struct PaymentAndOrder {
  Payment payment;
  OrderCopy order;
};
BOOST_DESCRIBE_STRUCT(PaymentAndOrder, (), (payment, order))

// Whether `user_id` may start paying for the order now. Refuses with `not_your_order`,
// `order_complete`, `order_expired`, `order_cancelled`.
Result<void> check_payable(const OrderCopy& order, const std::string& user_id, Timestamp now);
// The refusal of an order that was cancelled, by its reason.
Error cancelled_error(const OrderCopy& order);

enum class Step { none, authorize, look_up, capture, release };
// What has to be done for this payment, given the state of its order.
Step next_step(const Payment& payment, OrderStatus order);

// What the gateway's own record of a payment means for ours. States move forward only: a record
// that is older than our state changes nothing.
enum class Finding {
  none,
  authorized,       // the amount is held
  requires_action,  // its owner has to confirm
  declined,
  unconfirmed,   // its owner did not confirm: cancel it at the gateway, then it is declined
  release,       // held, or can still be confirmed, but this attempt is over: cancel it there
  stray_charge,  // taken, but this attempt is over: an operator has to check it
};
Finding compare(const Payment& payment, const Intent& intent);

// The payment one version on, in a new state.
Payment advance(const Payment& payment, PaymentStatus status, Timestamp now);
// The payment one version on, to be looked at again after half of its age, but at least one second
// and at most a minute later.
Payment postpone(const Payment& payment, Timestamp now);

// Why a card was declined, by Stripe's codes (stripe.com/docs/declines/codes).
struct Decline {
  std::string_view reason;
  std::string_view message;
};
// The sentences for buyers; openapi.json lists the reasons.
inline constexpr std::array<Decline, 11> declines{{
    {"generic_decline", "The card was declined."},
    {"insufficient_funds", "The card has insufficient funds."},
    {"expired_card", "The card has expired."},
    {"incorrect_cvc", "The card's security code is incorrect."},
    {"incorrect_number", "The card's number is incorrect."},
    {"processing_error", "The card could not be processed. Try again in a moment."},
    {"card_velocity_exceeded", "The card has been used too often in a short time."},
    {"authentication_required", "The card needs its owner's confirmation, which did not happen."},
    {"resource_missing", "There is no such card token."},
    {"canceled", "The payment was given up before it was confirmed."},
    {"amount_too_small", "The amount is too small to be charged to a card."},
}};
// The first of them for a code that is not listed.
const Decline& decline_of(std::string_view code);

}  // namespace ticketing::payments::attempts
