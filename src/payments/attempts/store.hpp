// The payments database: the statements about payments and the copies of orders, by name. Refunds
// and webhooks have stores of their own.
#pragma once

#include <optional>
#include <string>

#include "common/db/database.hpp"
#include "common/db/kept_sql.hpp"
#include "payments/attempts/declines.hpp"
#include "payments/attempts/payment.hpp"

namespace ticketing::payments::attempts::store {

// Starts an attempt if its order's copy is payable and has no live attempt, and no limit is met;
// otherwise affects no row.
db::Statement insert_payment(const Payment& payment, const Payer& payer,
                             const DeclineLimits& limits);
// The limits that one more attempt of the payer would exceed now.
db::Statement met_limits(const Payer& payer, const DeclineLimits& limits, Timestamp now);
// Of attempts that were made before `time`.
db::Statement forget_addresses(Timestamp time);
// Changes the row only while it is at version `payment.version` - 1. An attempt that cannot be
// declined any more loses its address.
db::Statement update_payment(const Payment& payment, const std::string& event_id);
// Of the payer's attempts that are over: what they were made with. The books keep the amounts, and
// the gateway's name of each, by which it gives money back. Addresses go by forget_addresses(): who
// deletes an account must not be able to try more cards at once.
db::Statement forget_payer(const std::string& user_id);
// A row if an attempt of the payer is not over.
db::Statement unfinished_of(const std::string& user_id);
// The attempt of an order that may still take, or has taken, money.
db::Statement live_payment_of(const std::string& order_id);

db::Statement payment_and_order(const std::string& payment_id);
// Those with a next step that is due, the longest overdue first.
db::Statement due_payments(Timestamp now, std::int64_t limit);
db::Statement payment_by_stripe_id(const std::string& stripe_id);
// The attempt of an order that was captured, else its newest.
db::Statement payment_of_order(const std::string& order_id);

// Payments alone, by id: for the comparison with the gateway.
db::Statement payments_made(const std::string& after_id, Timestamp from, Timestamp to,
                            std::int64_t limit);
// A payment, its last change, and the copy of its order.
struct CurrentPayment {
  Payment payment;
  std::string last_event_id;
  std::optional<OrderCopy> order;
};
BOOST_DESCRIBE_STRUCT(CurrentPayment, (), (payment, last_event_id, order))
// The payments after the id `after`, in the order of their ids.
db::Statement payments_after(const std::string& after, std::int64_t limit);
// The payment one version on, with `event_id`. Affects no row when a dispute was recorded before.
db::Statement record_dispute(const std::string& payment_id, const std::string& dispute_id,
                             const std::string& event_id);

db::Statement order_by_id(const std::string& id);

// Follow the order's events; affect no row when the copy is not at the version before. `after` has
// what an event of an order's end tells.
db::Statement insert_order(const OrderCopy& order);
db::Statement update_order(const OrderCopy& after);
// version
db::Statement order_version(const std::string& id);

// unfinished; unknown: those of them without an answer
db::Statement count_unfinished();

// What users take along of their rows, by page: not what confirms a payment.
struct KeptPayment {
  std::string id;
  std::string order_id;
  Money amount;
  std::string source;
  PaymentStatus status = PaymentStatus::authorizing;
  std::optional<std::string> stripe_id;
  std::optional<std::string> failure;
  Money refunding;
  Money refunded;
  std::optional<std::string> dispute_id;
  std::optional<std::string> address;
  Timestamp created_at;
  std::optional<Timestamp> captured_at;
};
BOOST_DESCRIBE_STRUCT(KeptPayment, (),
                      (id, order_id, amount, source, status, stripe_id, failure, refunding,
                       refunded, dispute_id, address, created_at, captured_at))
db::Statement kept_payments(const db::KeptQuery& query);
db::Statement kept_orders(const db::KeptQuery& query);  // OrderCopy

}  // namespace ticketing::payments::attempts::store
