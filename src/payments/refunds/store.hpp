// The payments database: the statements about refunds, by name.
#pragma once

#include <optional>
#include <string>

#include "common/db/database.hpp"
#include "common/db/idempotency_keys.hpp"
#include "payments/refunds/refund.hpp"

namespace ticketing::payments::refunds::store {

// A refund goes through two changes of its payment's row. The first reserves the amount; the second
// completes the refund, or releases the amount when the gateway refused it. Each affects no row
// unless the payment is at the version it was read at. changes.hpp puts the statements together.

// Reserves the amount, if the payment has as much left and the key, if there is one, is new. The
// refund's id becomes the payment's last_event_id.
db::Statement reserve_refund(const Payment& payment, const Refund& refund,
                             const std::optional<db::IdempotencyKey>& key);
// Stores the refund, if its amount has just been reserved.
db::Statement insert_refund(const Refund& refund);

// Both affect no row unless the refund is pending; `change_id` becomes the payment's last_event_id.
db::Statement complete_refund(const Payment& payment, const Refund& refund,
                              const std::string& change_id);
db::Statement release_refund(const Payment& payment, const Refund& refund,
                             const std::string& change_id);
// Stores how the refund ended, if its payment has just been changed by `change_id`.
db::Statement settle_refund(const Refund& refund, const std::string& change_id);

db::Statement refund_by_stripe_id(const std::string& stripe_id);
db::Statement postpone_refund(const std::string& refund_id, Timestamp retry_at);
// A refund, its payment, what of that was refunded by it and the refunds before, and how many of
// these asked for the ticket to go back on sale.
struct CurrentRefund {
  Refund refund;
  Payment payment;
  Money refunded_so_far;
  std::int64_t relist_so_far = 0;
  std::string last_event_id;  // of the payment
};
BOOST_DESCRIBE_STRUCT(CurrentRefund, (),
                      (refund, payment, refunded_so_far, relist_so_far, last_event_id))
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
// count
db::Statement count_pending_refunds();

}  // namespace ticketing::payments::refunds::store
