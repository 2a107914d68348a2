#include "payments/attempts/store.hpp"

#include <algorithm>

#include "common/db/columns.hpp"

namespace ticketing::payments::attempts::store {
namespace {

const db::Columns<Payment> payment_columns;
const db::Columns<OrderCopy> order_columns;
const db::Columns<PaymentAndOrder> both_columns;

const std::string select_payments = "SELECT " + payment_columns.list("p") + " FROM payments p ";
const std::string select_both = "SELECT " + payment_columns.list("p") + ", " +
                                order_columns.list("o") +
                                " FROM payments p JOIN orders o ON o.id = p.order_id ";

// Which attempts count as declined: also those that may still be. Those that were not sent to the
// gateway do not count.
const std::string can_be_declined = "status IN ('authorizing', 'requires_action', 'declined')";

// Of the holder's attempts that count, made after `since`, the one that is followed by `later` of
// them: nothing when there are fewer.
std::string declines_of(const std::string& holder, const std::string& since,
                        const std::string& later) {
  return "SELECT d.created_at FROM payments d WHERE d." + holder + " AND d.created_at > CAST(" +
         since + " AS bigint) AND d." + can_be_declined +
         " AND coalesce(d.failure, '') <> 'gateway_unavailable' "
         "ORDER BY d.created_at DESC LIMIT 1 OFFSET CAST(" +
         later + " AS bigint)";
}

// The parameters of declines_of(). Without a limit no attempt is looked at.
struct DeclinesRange {
  DeclinesRange(std::int64_t limit, Timestamp now)
      : since(limit == 0 ? Timestamp::max() : now - Milliseconds(declines_window)),
        later(std::max<std::int64_t>(limit - 1, 0)) {}

  Timestamp since;
  std::int64_t later;
};

const db::RecordSql<Payment> insert_payment_sql{
    "insert_payment",
    payment_columns,
    "INSERT INTO payments (" + payment_columns.list() + ", last_event_id, address) SELECT " +
        payment_columns.values() +
        ", '', CAST(:address AS text) WHERE EXISTS (SELECT 1 FROM orders WHERE id = :order_id AND "
        "status = 'created' AND user_id = :user_id AND price_cents = :amount_cents AND "
        "expires_at > :created_at) AND NOT EXISTS (" +
        declines_of("user_id = :user_id", ":user_since", ":user_later") + ") AND NOT EXISTS (" +
        declines_of("address = :address", ":address_since", ":address_later") +
        ") ON CONFLICT DO NOTHING",
    {"address", "user_since", "user_later", "address_since", "address_later"}};

const db::Sql met_limits_sql{"met_limits",
                             "SELECT (" + declines_of("user_id = $1", "$2", "$3") +
                                 ") AS of_user, (" + declines_of("address = $4", "$5", "$6") +
                                 ") AS of_address",
                             db::Columns<MetLimits>()};

const db::Sql forget_addresses_sql{
    "forget_addresses",
    "UPDATE payments SET address = NULL WHERE address IS NOT NULL AND created_at < $1"};

const std::string unfinished = "('authorizing', 'requires_action', 'authorized')";
const db::Sql forget_payer_sql{
    "forget_payer",
    "UPDATE payments SET source = '', client_secret = NULL WHERE user_id = $1 AND status NOT IN " +
        unfinished + " AND (source <> '' OR client_secret IS NOT NULL)"};
const db::Sql unfinished_of_sql{
    "unfinished_payments_of",
    "SELECT id FROM payments WHERE user_id = $1 AND status IN " + unfinished + " LIMIT 1"};

const db::RecordSql<Payment> update_payment_sql{
    "update_payment",
    payment_columns,
    "UPDATE payments SET version = :version, status = :status, stripe_id = :stripe_id, "
    "failure = :failure, retry_at = :retry_at, client_secret = :client_secret, "
    "captured_at = :captured_at, last_event_id = :event_id, "
    "address = CASE WHEN :" +
        can_be_declined +
        " THEN address ELSE NULL END "
        "WHERE id = :id AND version + 1 = :version",
    {"event_id"}};

const db::Sql live_payment_of_sql{
    "live_payment_of",
    select_payments +
        "WHERE p.order_id = $1 AND "
        "p.status IN ('authorizing', 'requires_action', 'authorized', 'captured')",
    payment_columns};

const db::Sql payment_and_order_sql{"payment_and_order", select_both + "WHERE p.id = $1",
                                    both_columns};

const db::Sql due_payments_sql{
    "due_payments",
    select_both +
        "WHERE p.status IN ('authorizing', 'requires_action', 'authorized') AND p.retry_at <= $1 "
        "AND (p.status <> 'authorized' OR o.status <> 'created') ORDER BY p.retry_at LIMIT $2",
    both_columns};

const db::Sql order_by_id_sql{
    "order_by_id", "SELECT " + order_columns.list() + " FROM orders WHERE id = $1", order_columns};

const db::RecordSql<OrderCopy> insert_order_sql{"insert_order_copy", order_columns,
                                                "INSERT INTO orders (" + order_columns.list() +
                                                    ") VALUES (" + order_columns.values() +
                                                    ") ON CONFLICT DO NOTHING"};

const db::Sql update_order_sql{"update_order_copy",
                               "UPDATE orders SET version = $2, status = $3, reason = $4, "
                               "ticket_id = $5 WHERE id = $1 AND version + 1 = $2"};

const db::Sql order_version_sql{"order_copy_version", "SELECT version FROM orders WHERE id = $1"};

const db::Sql count_unfinished_sql{
    "count_unfinished_payments",
    "SELECT count(*) AS unfinished, "
    "coalesce(sum(CASE WHEN status = 'authorizing' THEN 1 ELSE 0 END), 0) AS unknown "
    "FROM payments WHERE status IN ('authorizing', 'requires_action', 'authorized')"};

const db::Sql payment_by_stripe_id_sql{"payment_by_stripe_id",
                                       select_both + "WHERE p.stripe_id = $1", both_columns};

const db::Sql payments_after_sql{"payments_after",
                                 "SELECT " + payment_columns.list("p") + ", p.last_event_id, " +
                                     order_columns.list("o") +
                                     " FROM payments p LEFT JOIN orders o ON o.id = p.order_id "
                                     "WHERE p.id > $1 ORDER BY p.id LIMIT $2",
                                 db::Columns<CurrentPayment>()};

// The one that was captured, else the newest.
const db::Sql payment_of_order_sql{
    "payment_of_order",
    select_both +
        "WHERE p.order_id = $1 "
        "ORDER BY CASE WHEN p.status = 'captured' THEN 0 ELSE 1 END, p.id DESC LIMIT 1",
    both_columns};

const db::Sql payments_made_sql{"payments_made",
                                select_payments +
                                    "WHERE p.id > $1 AND p.created_at >= $2 AND "
                                    "p.created_at < $3 ORDER BY p.id LIMIT $4",
                                payment_columns};

const db::Sql record_dispute_sql{
    "record_dispute",
    "UPDATE payments SET dispute_id = $2, version = version + 1, last_event_id = $3 "
    "WHERE id = $1 AND dispute_id IS NULL"};

const db::KeptSql<KeptPayment> kept_payments_sql{"payments", db::Columns<KeptPayment>()};
const db::KeptSql<OrderCopy> kept_orders_sql{"orders", order_columns};

}  // namespace

db::Statement insert_payment(const Payment& payment, const Payer& payer,
                             const DeclineLimits& limits) {
  const DeclinesRange of_user(limits.per_user, payment.created_at);
  const DeclinesRange of_address(limits.per_address, payment.created_at);
  return insert_payment_sql(payment, payer.address, of_user.since, of_user.later, of_address.since,
                            of_address.later);
}

db::Statement met_limits(const Payer& payer, const DeclineLimits& limits, Timestamp now) {
  const DeclinesRange of_user(limits.per_user, now), of_address(limits.per_address, now);
  return met_limits_sql(payer.user_id, of_user.since, of_user.later, payer.address,
                        of_address.since, of_address.later);
}

db::Statement forget_addresses(Timestamp time) { return forget_addresses_sql(time); }

db::Statement forget_payer(const std::string& user_id) { return forget_payer_sql(user_id); }
db::Statement unfinished_of(const std::string& user_id) { return unfinished_of_sql(user_id); }

db::Statement update_payment(const Payment& payment, const std::string& event_id) {
  return update_payment_sql(payment, event_id);
}

db::Statement live_payment_of(const std::string& order_id) { return live_payment_of_sql(order_id); }

db::Statement payment_and_order(const std::string& payment_id) {
  return payment_and_order_sql(payment_id);
}
db::Statement due_payments(Timestamp now, std::int64_t limit) {
  return due_payments_sql(now, limit);
}

db::Statement order_by_id(const std::string& id) { return order_by_id_sql(id); }
db::Statement insert_order(const OrderCopy& order) { return insert_order_sql(order); }

db::Statement update_order(const OrderCopy& after) {
  return update_order_sql(after.id, after.version, after.status, after.reason, after.ticket_id);
}

db::Statement order_version(const std::string& id) { return order_version_sql(id); }
db::Statement count_unfinished() { return count_unfinished_sql(); }

db::Statement payment_by_stripe_id(const std::string& stripe_id) {
  return payment_by_stripe_id_sql(stripe_id);
}
db::Statement payment_of_order(const std::string& order_id) {
  return payment_of_order_sql(order_id);
}
db::Statement payments_made(const std::string& after_id, Timestamp from, Timestamp to,
                            std::int64_t limit) {
  return payments_made_sql(after_id, from, to, limit);
}
db::Statement payments_after(const std::string& after, std::int64_t limit) {
  return payments_after_sql(after, limit);
}
db::Statement record_dispute(const std::string& payment_id, const std::string& dispute_id,
                             const std::string& event_id) {
  return record_dispute_sql(payment_id, dispute_id, event_id);
}

db::Statement kept_payments(const db::KeptQuery& query) { return kept_payments_sql(query); }
db::Statement kept_orders(const db::KeptQuery& query) { return kept_orders_sql(query); }

}  // namespace ticketing::payments::attempts::store
