// The payments database: the statements about refunds, by name.
#pragma once

#include <optional>
#include <string>

#include "common/db/database.hpp"
#include "common/db/idempotency_keys.hpp"
#include "common/db/kept_sql.hpp"
#include "payments/refunds/refund.hpp"

namespace ticketing::payments::refunds::store {

// A refund goes through two changes of its payment's row. The first reserves the amount; the second
// completes the refund, or releases the amount when it was refused. Each affects no row
// unless the payment is at the version it was read at, and `change_id` becomes the payment's
// last_event_id. changes.hpp puts the statements together.

// Reserves the amount, if the payment has as much left and the key, if there is one, is new.
db::Statement reserve_refund(const Payment& payment, const Refund& refund,
                             const std::optional<db::IdempotencyKey>& key,
                             const std::string& change_id);
// Stores the refund, if its amount has just been reserved by `change_id`.
db::Statement insert_refund(const Refund& refund, const std::string& change_id);

// Affects no row unless the refund is asked: changes nothing of the payment but its version.
db::Statement touch_payment_of_asked(const Payment& payment, const Refund& refund,
                                     const std::string& change_id);
// Affects no row unless the refund is pending.
db::Statement complete_refund(const Payment& payment, const Refund& refund,
                              const std::string& change_id);
// Affects no row unless the refund is `before`.
db::Statement release_refund(const Payment& payment, const Refund& refund, RefundStatus before,
                             const std::string& change_id);
// Stores how a refund that was `before` ended, if its payment has just been changed by `change_id`.
db::Statement settle_refund(const Refund& refund, RefundStatus before,
                            const std::string& change_id);

db::Statement refund_by_stripe_id(const std::string& stripe_id);
// Both have a refund looked at again at its `retry_at`: one that is pending; one that is asked, if
// its payment has just been changed by `change_id`.
db::Statement postpone_refund(const Refund& refund);
db::Statement postpone_asked_refund(const Refund& refund, const std::string& change_id);
// Delivery lets the refund go on: the gateway is to be asked. Affects no row unless the refund is
// asked.
db::Statement begin_refund(const std::string& refund_id, Timestamp answered_at, Timestamp retry_at);
// Those of an order that wait for delivery's answer.
db::Statement asked_refunds_of(const std::string& order_id);

// Affects no row when the reveal is known.
db::Statement insert_reveal(const std::string& order_id, Timestamp revealed_at);
// count: 1 when the buyer was shown the ticket, else 0.
db::Statement count_reveals(const std::string& order_id);

// A refund, its payment and order, what of the payment was refunded by it and the refunds before,
// and how many of these asked for the ticket to go back on sale.
struct CurrentRefund {
  Refund refund;
  Payment payment;
  OrderCopy order;
  Money refunded_so_far;
  std::int64_t relist_so_far = 0;
  std::string last_event_id;  // of the payment
};
BOOST_DESCRIBE_STRUCT(CurrentRefund, (),
                      (refund, payment, order, refunded_so_far, relist_so_far, last_event_id))
// The refunds after the id `after`, in the order of their ids.
db::Statement refunds_after(const std::string& after, std::int64_t limit);
db::Statement refund_by_id(const std::string& id);
// The newest of an order that has not failed.
db::Statement refund_of_order(const std::string& order_id);
db::Statement due_refunds(Timestamp now, std::int64_t limit);
// count: of the payment's refunds, however they ended.
db::Statement count_refunds(const std::string& payment_id);
// count: of the payment's refunds that were carried out and asked for the ticket to go back on
// sale.
db::Statement count_relists(const std::string& payment_id);
// asked; pending
db::Statement count_unfinished_refunds();

// Affects no row when the order is known.
db::Statement insert_overdue(const OverdueOrder& order);
// Rows of OverdueOrder, none of them given up.
db::Statement due_overdue(Timestamp now, std::int64_t limit);
db::Statement postpone_overdue(const std::string& order_id, Timestamp retry_at);
// A row if nothing is to be asked for now: it is given up, or the refund that its news led to has
// ended, and its next try comes later.
db::Statement resting_overdue(const std::string& order_id, Timestamp now);
db::Statement give_up_overdue(const std::string& order_id, Timestamp now);
db::Statement forget_overdue(const std::string& order_id);
// Those of which nothing is left to be refunded.
db::Statement forget_paid_back();
// count: of those that are not given up.
db::Statement count_overdue();

// What users take along of their rows, by page.
db::Statement kept_refunds(const db::KeptQuery& query);  // Refund

}  // namespace ticketing::payments::refunds::store
