#include "payments/refunds/store.hpp"

namespace ticketing::payments::refunds::store {
namespace {

#define REFUND_COLUMNS                                                                \
  "id, payment_id, order_id, amount_cents, relist, requested_by, status, stripe_id, " \
  "failure, created_at, retry_at"

const db::Sql reserve_refund_sql{
    "reserve_refund",
    "UPDATE payments SET version = version + 1, last_event_id = $2, "
    "refunding_cents = refunding_cents + $3 "
    "WHERE id = $1 AND version = $4 AND status = 'captured' "
    "AND refunding_cents + $3 <= amount_cents "
    "AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.stripe_id = $5) "
    "AND NOT EXISTS (SELECT 1 FROM idempotency_keys k WHERE k.user_id = $6 AND k.key = $7)"};

const db::Sql insert_refund_sql{
    "insert_refund",
    "INSERT INTO refunds (id, payment_id, order_id, amount_cents, relist, requested_by, status, "
    "stripe_id, created_at, retry_at) "
    "SELECT CAST($1 AS text), CAST($2 AS text), CAST($3 AS text), CAST($4 AS bigint), "
    "CAST($5 AS bigint), CAST($6 AS text), 'pending', CAST($7 AS text), CAST($8 AS bigint), "
    "CAST($9 AS bigint) "
    "WHERE EXISTS (SELECT 1 FROM payments WHERE id = $2 AND last_event_id = $1) "
    "ON CONFLICT DO NOTHING"};

const db::Sql complete_refund_sql{
    "complete_refund",
    "UPDATE payments SET version = version + 1, last_event_id = $2, "
    "refunded_cents = refunded_cents + $3 WHERE id = $1 AND version = $4 "
    "AND EXISTS (SELECT 1 FROM refunds r WHERE r.id = $5 AND r.status = 'pending')"};

const db::Sql release_refund_sql{
    "release_refund",
    "UPDATE payments SET version = version + 1, last_event_id = $2, "
    "refunding_cents = refunding_cents - $3 WHERE id = $1 AND version = $4 "
    "AND EXISTS (SELECT 1 FROM refunds r WHERE r.id = $5 AND r.status = 'pending')"};

const db::Sql settle_refund_sql{
    "settle_refund",
    "UPDATE refunds SET status = $2, stripe_id = $3, failure = $4 WHERE id = $1 AND "
    "status = 'pending' "
    "AND EXISTS (SELECT 1 FROM payments p WHERE p.id = $5 AND p.last_event_id = $6)"};

const db::Sql refund_by_stripe_id_sql{
    "refund_by_stripe_id", "SELECT " REFUND_COLUMNS " FROM refunds WHERE stripe_id = $1"};

const db::Sql postpone_refund_sql{
    "postpone_refund", "UPDATE refunds SET retry_at = $2 WHERE id = $1 AND status = 'pending'"};

const db::Sql refund_by_id_sql{"refund_by_id",
                               "SELECT " REFUND_COLUMNS " FROM refunds WHERE id = $1"};

const db::Sql refund_of_order_sql{"refund_of_order",
                                  "SELECT " REFUND_COLUMNS
                                  " FROM refunds WHERE order_id = $1 AND status <> 'failed' "
                                  "ORDER BY id DESC LIMIT 1"};

const db::Sql due_refunds_sql{"due_refunds",
                              "SELECT " REFUND_COLUMNS
                              " FROM refunds WHERE status = 'pending' AND retry_at <= $1 "
                              "ORDER BY retry_at LIMIT $2"};

const db::Sql count_pending_refunds_sql{"count_pending_refunds",
                                        "SELECT count(*) FROM refunds WHERE status = 'pending'"};

}  // namespace

db::Statement count_pending_refunds() { return count_pending_refunds_sql(); }

db::Statement reserve_refund(const Payment& payment, const Refund& refund,
                             const std::optional<db::IdempotencyKey>& key) {
  return reserve_refund_sql(payment.id, refund.id, refund.amount.cents, payment.version,
                            refund.stripe_id.value_or(""), key ? key->user_id : "",
                            key ? key->key : "");
}

db::Statement insert_refund(const Refund& refund) {
  return insert_refund_sql(refund.id, refund.payment_id, refund.order_id, refund.amount.cents,
                           refund.relist ? 1 : 0, to_string(refund.requested_by), refund.stripe_id,
                           refund.created_at, refund.retry_at);
}

db::Statement complete_refund(const Payment& payment, const Refund& refund,
                              const std::string& change_id) {
  return complete_refund_sql(payment.id, change_id, refund.amount.cents, payment.version,
                             refund.id);
}

db::Statement release_refund(const Payment& payment, const Refund& refund,
                             const std::string& change_id) {
  return release_refund_sql(payment.id, change_id, refund.amount.cents, payment.version, refund.id);
}

db::Statement settle_refund(const Refund& refund, const std::string& change_id) {
  return settle_refund_sql(refund.id, to_string(refund.status), refund.stripe_id, refund.failure,
                           refund.payment_id, change_id);
}

db::Statement refund_by_stripe_id(const std::string& stripe_id) {
  return refund_by_stripe_id_sql(stripe_id);
}
db::Statement postpone_refund(const std::string& refund_id, Timestamp retry_at) {
  return postpone_refund_sql(refund_id, retry_at);
}
db::Statement refund_by_id(const std::string& id) { return refund_by_id_sql(id); }
db::Statement refund_of_order(const std::string& order_id) { return refund_of_order_sql(order_id); }
db::Statement due_refunds(Timestamp now, std::int64_t limit) { return due_refunds_sql(now, limit); }

Refund decode_refund(const db::Row& row) {
  const auto requester = parse_refund_requester(row.text(5));
  const auto status = parse_refund_status(row.text(6));
  TICKETING_ASSERT(requester.has_value() && status.has_value());
  return {.id = row.text(0),
          .payment_id = row.text(1),
          .order_id = row.text(2),
          .amount = Money{.cents = row.integer(3)},
          .relist = row.integer(4) == 1,
          .requested_by = *requester,
          .status = *status,
          .stripe_id = row.optional_text(7),
          .failure = row.optional_text(8),
          .created_at = row.time(9),
          .retry_at = row.time(10)};
}

}  // namespace ticketing::payments::refunds::store
