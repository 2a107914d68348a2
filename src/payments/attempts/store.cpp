#include "payments/attempts/store.hpp"

namespace ticketing::payments::attempts::store {
namespace {

#define PAYMENT_COLUMNS                                                                       \
  "p.id, p.version, p.order_id, p.user_id, p.amount_cents, p.source, p.status, p.stripe_id, " \
  "p.failure, p.created_at, p.retry_at, p.client_secret, p.refunding_cents, "                 \
  "p.refunded_cents, p.captured_at"
#define ORDER_COLUMNS "o.id, o.version, o.status, o.reason, o.user_id, o.price_cents, o.expires_at"

const db::Sql insert_payment_sql{
    "insert_payment",
    "INSERT INTO payments (id, version, last_event_id, order_id, user_id, amount_cents, source, "
    "status, created_at, retry_at) "
    "SELECT CAST($1 AS text), 0, '', CAST($2 AS text), CAST($3 AS text), CAST($4 AS bigint), "
    "CAST($5 AS text), 'authorizing', CAST($6 AS bigint), CAST($7 AS bigint) "
    "WHERE EXISTS (SELECT 1 FROM orders WHERE id = $2 AND status = 'created' AND user_id = $3 "
    "AND price_cents = $4 AND expires_at > $6) ON CONFLICT DO NOTHING"};

const db::Sql update_payment_sql{
    "update_payment",
    "UPDATE payments SET version = version + 1, last_event_id = $2, status = $3, stripe_id = $4, "
    "failure = $5, retry_at = $6, client_secret = $7, captured_at = $8 "
    "WHERE id = $1 AND version = $9"};

const db::Sql live_payment_of_sql{"live_payment_of",
                                  "SELECT " PAYMENT_COLUMNS
                                  " FROM payments p WHERE p.order_id = $1 AND "
                                  "p.status IN ('authorizing', 'requires_action', "
                                  "'authorized', 'captured')"};

const db::Sql payment_and_order_sql{
    "payment_and_order", "SELECT " PAYMENT_COLUMNS ", " ORDER_COLUMNS
                         " FROM payments p JOIN orders o ON o.id = p.order_id WHERE p.id = $1"};

const db::Sql due_payments_sql{
    "due_payments",
    "SELECT " PAYMENT_COLUMNS ", " ORDER_COLUMNS
    " FROM payments p JOIN orders o ON o.id = p.order_id "
    "WHERE p.status IN ('authorizing', 'requires_action', 'authorized') AND p.retry_at <= $1 "
    "AND (p.status <> 'authorized' OR o.status <> 'created') ORDER BY p.retry_at LIMIT $2"};

const db::Sql order_by_id_sql{"order_by_id",
                              "SELECT " ORDER_COLUMNS " FROM orders o WHERE o.id = $1"};

const db::Sql insert_order_sql{
    "insert_order_copy",
    "INSERT INTO orders (id, version, status, user_id, price_cents, expires_at) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"};

const db::Sql update_order_sql{
    "update_order_copy",
    "UPDATE orders SET version = $2, status = $3, reason = $4 WHERE id = $1 AND version + 1 = $2"};

const db::Sql order_version_sql{"order_copy_version", "SELECT version FROM orders WHERE id = $1"};

const db::Sql count_unfinished_sql{
    "count_unfinished_payments",
    "SELECT count(*), coalesce(sum(CASE WHEN status = 'authorizing' THEN 1 ELSE 0 END), 0) "
    "FROM payments WHERE status IN ('authorizing', 'requires_action', 'authorized')"};

const db::Sql payment_by_stripe_id_sql{
    "payment_by_stripe_id",
    "SELECT " PAYMENT_COLUMNS ", " ORDER_COLUMNS
    " FROM payments p JOIN orders o ON o.id = p.order_id WHERE p.stripe_id = $1"};

// The one that was captured, else the newest.
const db::Sql payment_of_order_sql{
    "payment_of_order",
    "SELECT " PAYMENT_COLUMNS ", " ORDER_COLUMNS
    " FROM payments p JOIN orders o ON o.id = p.order_id WHERE p.order_id = $1 "
    "ORDER BY CASE WHEN p.status = 'captured' THEN 0 ELSE 1 END, p.id DESC LIMIT 1"};

const db::Sql payments_made_sql{"payments_made",
                                "SELECT " PAYMENT_COLUMNS
                                " FROM payments p WHERE p.id > $1 AND p.created_at >= $2 AND "
                                "p.created_at < $3 ORDER BY p.id LIMIT $4"};

const db::Sql record_dispute_sql{
    "record_dispute", "UPDATE payments SET dispute_id = $2 WHERE id = $1 AND dispute_id IS NULL"};

constexpr std::size_t payment_columns = 15;

OrderCopy decode_order_at(const db::Row& row, std::size_t at) {
  const auto status = parse_order_status(row.text(at + 2));
  TICKETING_ASSERT(status.has_value());
  return {.id = row.text(at),
          .version = row.integer(at + 1),
          .status = *status,
          .reason = row.optional_text(at + 3),
          .user_id = row.text(at + 4),
          .price = Money{.cents = row.integer(at + 5)},
          .expires_at = row.time(at + 6)};
}

}  // namespace

db::Statement insert_payment(const Payment& payment) {
  return insert_payment_sql(payment.id, payment.order_id, payment.user_id, payment.amount.cents,
                            payment.source, payment.created_at, payment.retry_at);
}

db::Statement update_payment(const Payment& payment, const std::string& event_id) {
  return update_payment_sql(payment.id, event_id, to_string(payment.status), payment.stripe_id,
                            payment.failure, payment.retry_at, payment.client_secret,
                            payment.captured_at, payment.version - 1);
}

db::Statement live_payment_of(const std::string& order_id) { return live_payment_of_sql(order_id); }

Payment decode_payment(const db::Row& row) {
  const auto status = parse_payment_status(row.text(6));
  TICKETING_ASSERT(status.has_value());
  return {.id = row.text(0),
          .version = row.integer(1),
          .order_id = row.text(2),
          .user_id = row.text(3),
          .amount = Money{.cents = row.integer(4)},
          .source = row.text(5),
          .status = *status,
          .stripe_id = row.optional_text(7),
          .failure = row.optional_text(8),
          .client_secret = row.optional_text(11),
          .refunding = Money{.cents = row.integer(12)},
          .refunded = Money{.cents = row.integer(13)},
          .captured_at = row.is_null(14) ? std::nullopt : std::optional(row.time(14)),
          .created_at = row.time(9),
          .retry_at = row.time(10)};
}

db::Statement payment_and_order(const std::string& payment_id) {
  return payment_and_order_sql(payment_id);
}
db::Statement due_payments(Timestamp now, std::int64_t limit) {
  return due_payments_sql(now, limit);
}

PaymentAndOrder decode_payment_and_order(const db::Row& row) {
  return {.payment = decode_payment(row), .order = decode_order_at(row, payment_columns)};
}

db::Statement order_by_id(const std::string& id) { return order_by_id_sql(id); }
OrderCopy decode_order(const db::Row& row) { return decode_order_at(row, 0); }

db::Statement insert_order(const OrderCopy& order) {
  return insert_order_sql(order.id, order.version, to_string(order.status), order.user_id,
                          order.price.cents, order.expires_at);
}

db::Statement update_order(const std::string& id, std::int64_t version, OrderStatus status,
                           const std::optional<std::string>& reason) {
  return update_order_sql(id, version, to_string(status), reason);
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
db::Statement record_dispute(const std::string& payment_id, const std::string& dispute_id) {
  return record_dispute_sql(payment_id, dispute_id);
}

}  // namespace ticketing::payments::attempts::store
