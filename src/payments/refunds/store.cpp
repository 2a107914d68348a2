#include "payments/refunds/store.hpp"

#include "common/db/columns.hpp"

namespace ticketing::payments::refunds::store {
namespace {

const db::Columns<Refund> refund_columns;
const db::Columns<OverdueOrder> overdue_columns;
const std::string select_refunds = "SELECT " + refund_columns.list() + " FROM refunds ";

const db::Sql reserve_refund_sql{
    "reserve_refund",
    "UPDATE payments SET version = version + 1, last_event_id = $2, "
    "refunding_cents = refunding_cents + $3 "
    "WHERE id = $1 AND version = $4 AND status = 'captured' "
    "AND refunding_cents + $3 <= amount_cents "
    "AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.stripe_id = $5) "
    "AND NOT EXISTS (SELECT 1 FROM idempotency_keys k WHERE k.user_id = $6 AND k.key = $7)"};

const db::RecordSql<Refund> insert_refund_sql{
    "insert_refund",
    refund_columns,
    "INSERT INTO refunds (" + refund_columns.list() + ") SELECT " + refund_columns.values() +
        " WHERE EXISTS (SELECT 1 FROM payments WHERE id = :payment_id AND "
        "last_event_id = :change_id) ON CONFLICT DO NOTHING",
    {"change_id"}};

const db::Sql touch_payment_of_asked_sql{
    "touch_payment_of_asked_refund",
    "UPDATE payments SET version = version + 1, last_event_id = $2 WHERE id = $1 AND version = $3 "
    "AND EXISTS (SELECT 1 FROM refunds r WHERE r.id = $4 AND r.status = 'asked')"};

const db::Sql complete_refund_sql{
    "complete_refund",
    "UPDATE payments SET version = version + 1, last_event_id = $2, "
    "refunded_cents = refunded_cents + $3 WHERE id = $1 AND version = $4 "
    "AND EXISTS (SELECT 1 FROM refunds r WHERE r.id = $5 AND r.status = 'pending')"};

const db::Sql release_refund_sql{
    "release_refund",
    "UPDATE payments SET version = version + 1, last_event_id = $2, "
    "refunding_cents = refunding_cents - $3 WHERE id = $1 AND version = $4 "
    "AND EXISTS (SELECT 1 FROM refunds r WHERE r.id = $5 AND r.status = $6)"};

const db::Sql settle_refund_sql{
    "settle_refund",
    "UPDATE refunds SET status = $2, stripe_id = $3, failure = $4 WHERE id = $1 AND "
    "status = $7 "
    "AND EXISTS (SELECT 1 FROM payments p WHERE p.id = $5 AND p.last_event_id = $6)"};

const db::Sql refund_by_stripe_id_sql{"refund_by_stripe_id",
                                      select_refunds + "WHERE stripe_id = $1", refund_columns};

const db::Sql postpone_refund_sql{
    "postpone_refund", "UPDATE refunds SET retry_at = $2 WHERE id = $1 AND status = 'pending'"};

const db::Sql postpone_asked_refund_sql{
    "postpone_asked_refund",
    "UPDATE refunds SET retry_at = $2 WHERE id = $1 AND status = 'asked' "
    "AND EXISTS (SELECT 1 FROM payments p WHERE p.id = $3 AND p.last_event_id = $4)"};

const db::Sql begin_refund_sql{
    "begin_refund",
    "UPDATE refunds SET status = 'pending', answered_at = $2, retry_at = $3 "
    "WHERE id = $1 AND status = 'asked'"};

const db::Sql asked_refunds_of_sql{
    "asked_refunds_of", select_refunds + "WHERE order_id = $1 AND status = 'asked' ORDER BY id",
    refund_columns};

const db::Sql insert_reveal_sql{
    "insert_reveal",
    "INSERT INTO reveals (id, revealed_at) VALUES ($1, $2) ON CONFLICT DO NOTHING"};

const db::Sql count_reveals_sql{"count_reveals",
                                "SELECT count(*) AS count FROM reveals WHERE id = $1"};

const db::RecordSql<OverdueOrder> insert_overdue_sql{
    "insert_overdue_order", overdue_columns,
    "INSERT INTO overdue_orders (" + overdue_columns.list() + ") VALUES (" +
        overdue_columns.values() + ") ON CONFLICT DO NOTHING"};

const db::Sql due_overdue_sql{"due_overdue_orders",
                              "SELECT " + overdue_columns.list() +
                                  " FROM overdue_orders WHERE retry_at <= $1 "
                                  "AND given_up_at IS NULL ORDER BY retry_at, id LIMIT $2",
                              overdue_columns};

const db::Sql postpone_overdue_sql{"postpone_overdue_order",
                                   "UPDATE overdue_orders SET retry_at = $2 WHERE id = $1"};

const db::Sql resting_overdue_sql{
    "resting_overdue_order",
    "SELECT o.id FROM overdue_orders o WHERE o.id = $1 AND (o.given_up_at IS NOT NULL OR "
    "(o.retry_at > $2 AND EXISTS (SELECT 1 FROM refunds r WHERE r.order_id = o.id "
    "AND r.requested_by = 'delivery' AND r.created_at >= o.told_at)))"};

const db::Sql give_up_overdue_sql{"give_up_overdue_order",
                                  "UPDATE overdue_orders SET given_up_at = $2 WHERE id = $1"};

const db::Sql forget_overdue_sql{"forget_overdue_order",
                                 "DELETE FROM overdue_orders WHERE id = $1"};

const db::Sql forget_paid_back_sql{
    "forget_paid_back_orders",
    "DELETE FROM overdue_orders WHERE EXISTS (SELECT 1 FROM payments p "
    "WHERE p.order_id = overdue_orders.id AND p.status = 'captured' "
    "AND p.refunded_cents >= p.amount_cents)"};

const db::Sql count_overdue_sql{"count_overdue_orders",
                                "SELECT count(*) AS count FROM overdue_orders "
                                "WHERE given_up_at IS NULL"};

const db::Sql refund_by_id_sql{"refund_by_id", select_refunds + "WHERE id = $1", refund_columns};

const db::Sql refunds_after_sql{
    "refunds_after",
    "SELECT " + refund_columns.list("r") + ", " + db::Columns<Payment>().list("p") + ", " +
        db::Columns<OrderCopy>().list("o") +
        ", CAST((SELECT coalesce(sum(s.amount_cents), 0) FROM refunds s WHERE "
        "s.payment_id = r.payment_id AND s.id <= r.id AND s.status = 'succeeded') AS bigint) "
        "AS refunded_so_far_cents, "
        "(SELECT count(*) FROM refunds s WHERE s.payment_id = r.payment_id AND s.id <= r.id "
        "AND s.status = 'succeeded' AND s.relist = 1) AS relist_so_far, p.last_event_id "
        "FROM refunds r JOIN payments p ON p.id = r.payment_id "
        "JOIN orders o ON o.id = r.order_id WHERE r.id > $1 ORDER BY r.id LIMIT $2",
    db::Columns<CurrentRefund>()};

const db::Sql refund_of_order_sql{
    "refund_of_order",
    select_refunds + "WHERE order_id = $1 AND status <> 'failed' ORDER BY id DESC LIMIT 1",
    refund_columns};

const db::Sql due_refunds_sql{
    "due_refunds",
    select_refunds +
        "WHERE status IN ('asked', 'pending') AND retry_at <= $1 ORDER BY retry_at LIMIT $2",
    refund_columns};

const db::Sql count_refunds_sql{"count_refunds",
                                "SELECT count(*) AS count FROM refunds WHERE payment_id = $1"};

const db::Sql count_relists_sql{"count_relists",
                                "SELECT count(*) AS count FROM refunds WHERE payment_id = $1 AND "
                                "status = 'succeeded' AND relist = 1"};

const db::Sql count_unfinished_refunds_sql{
    "count_unfinished_refunds",
    "SELECT coalesce(sum(CASE WHEN status = 'asked' THEN 1 ELSE 0 END), 0) AS asked, "
    "coalesce(sum(CASE WHEN status = 'pending' THEN 1 ELSE 0 END), 0) AS pending "
    "FROM refunds WHERE status IN ('asked', 'pending')"};

const db::KeptSql<Refund> kept_refunds_sql{
    "refunds", refund_columns, "payment_id IN (SELECT p.id FROM payments p WHERE p.user_id = $1)"};

}  // namespace

db::Statement count_refunds(const std::string& payment_id) { return count_refunds_sql(payment_id); }
db::Statement count_relists(const std::string& payment_id) { return count_relists_sql(payment_id); }
db::Statement count_unfinished_refunds() { return count_unfinished_refunds_sql(); }

db::Statement reserve_refund(const Payment& payment, const Refund& refund,
                             const std::optional<db::IdempotencyKey>& key,
                             const std::string& change_id) {
  return reserve_refund_sql(payment.id, change_id, refund.amount.cents, payment.version,
                            refund.stripe_id.value_or(""), key ? key->user_id : "",
                            key ? key->key : "");
}

db::Statement insert_refund(const Refund& refund, const std::string& change_id) {
  return insert_refund_sql(refund, change_id);
}

db::Statement touch_payment_of_asked(const Payment& payment, const Refund& refund,
                                     const std::string& change_id) {
  return touch_payment_of_asked_sql(payment.id, change_id, payment.version, refund.id);
}

db::Statement complete_refund(const Payment& payment, const Refund& refund,
                              const std::string& change_id) {
  return complete_refund_sql(payment.id, change_id, refund.amount.cents, payment.version,
                             refund.id);
}

db::Statement release_refund(const Payment& payment, const Refund& refund, RefundStatus before,
                             const std::string& change_id) {
  return release_refund_sql(payment.id, change_id, refund.amount.cents, payment.version, refund.id,
                            before);
}

db::Statement settle_refund(const Refund& refund, RefundStatus before,
                            const std::string& change_id) {
  return settle_refund_sql(refund.id, refund.status, refund.stripe_id, refund.failure,
                           refund.payment_id, change_id, before);
}

db::Statement refund_by_stripe_id(const std::string& stripe_id) {
  return refund_by_stripe_id_sql(stripe_id);
}
db::Statement postpone_refund(const Refund& refund) {
  return postpone_refund_sql(refund.id, refund.retry_at);
}
db::Statement postpone_asked_refund(const Refund& refund, const std::string& change_id) {
  return postpone_asked_refund_sql(refund.id, refund.retry_at, refund.payment_id, change_id);
}
db::Statement begin_refund(const std::string& refund_id, Timestamp answered_at,
                           Timestamp retry_at) {
  return begin_refund_sql(refund_id, answered_at, retry_at);
}
db::Statement asked_refunds_of(const std::string& order_id) {
  return asked_refunds_of_sql(order_id);
}
db::Statement insert_reveal(const std::string& order_id, Timestamp revealed_at) {
  return insert_reveal_sql(order_id, revealed_at);
}
db::Statement count_reveals(const std::string& order_id) { return count_reveals_sql(order_id); }
db::Statement insert_overdue(const OverdueOrder& order) { return insert_overdue_sql(order); }
db::Statement due_overdue(Timestamp now, std::int64_t limit) { return due_overdue_sql(now, limit); }
db::Statement postpone_overdue(const std::string& order_id, Timestamp retry_at) {
  return postpone_overdue_sql(order_id, retry_at);
}
db::Statement resting_overdue(const std::string& order_id, Timestamp now) {
  return resting_overdue_sql(order_id, now);
}
db::Statement give_up_overdue(const std::string& order_id, Timestamp now) {
  return give_up_overdue_sql(order_id, now);
}
db::Statement forget_overdue(const std::string& order_id) { return forget_overdue_sql(order_id); }
db::Statement forget_paid_back() { return forget_paid_back_sql(); }
db::Statement count_overdue() { return count_overdue_sql(); }
db::Statement refund_by_id(const std::string& id) { return refund_by_id_sql(id); }
db::Statement refunds_after(const std::string& after, std::int64_t limit) {
  return refunds_after_sql(after, limit);
}
db::Statement refund_of_order(const std::string& order_id) { return refund_of_order_sql(order_id); }
db::Statement due_refunds(Timestamp now, std::int64_t limit) { return due_refunds_sql(now, limit); }

db::Statement kept_refunds(const db::KeptQuery& query) { return kept_refunds_sql(query); }

}  // namespace ticketing::payments::refunds::store
