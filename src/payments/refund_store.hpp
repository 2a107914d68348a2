// The payments database: the statements about refunds, by name.
#pragma once

#include <optional>
#include <string>

#include "common/db/database.hpp"
#include "common/db/idempotency_keys.hpp"
#include "payments/refund.hpp"

namespace ticketing::payments::store {

// These two begin a refund together: the first sets the amount aside while the payment is at the
// version it was read at and the key, if there is one, is new; the second stores the refund if the
// first did. Otherwise no row changes.
db::Statement set_aside(const Payment& payment, const Refund& refund,
                        const std::optional<db::IdempotencyKey>& key);
db::Statement insert_refund(const Refund& refund);

// These end one: each affects no row unless the refund is pending and, with it, the payment at the
// version it was read at. `event_id` becomes the payment's last_event_id.
db::Statement give_back(const Payment& payment, const Refund& refund, const std::string& event_id);
db::Statement settle_refund(const Refund& refund, const std::string& event_id);
// A refund that failed: what was set aside is free again.
db::Statement free_again(const Payment& payment, const Refund& refund, const std::string& event_id);

// One that was made elsewhere, in Stripe's dashboard: set_aside, insert_refund, then give_back.
db::Statement refund_by_stripe_id(const std::string& stripe_id);
db::Statement postpone_refund(const std::string& refund_id, Timestamp retry_at);
db::Statement refund_by_id(const std::string& id);
// The newest of an order.
db::Statement refund_of_order(const std::string& order_id);
db::Statement pending_refunds(Timestamp now, std::int64_t limit);
// count
db::Statement count_pending_refunds();
Refund decode_refund(const db::Row& row);

}  // namespace ticketing::payments::store
