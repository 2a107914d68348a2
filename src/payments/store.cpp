#include "payments/store.hpp"

namespace ticketing::payments::store {
namespace {

#define PAYMENT_COLUMNS                                                                       \
  "p.id, p.version, p.order_id, p.user_id, p.amount_cents, p.source, p.status, p.stripe_id, " \
  "p.failure, p.created_at, p.retry_at"
#define ORDER_COLUMNS "o.id, o.version, o.status, o.reason, o.user_id, o.price_cents, o.expires_at"

const db::Sql insert_payment_sql{
    "insert_payment",
    "INSERT INTO payments (id, version, last_event_id, order_id, user_id, amount_cents, source, "
    "status, "
    "created_at, retry_at) "
    "SELECT CAST($1 AS text), 0, '', CAST($2 AS text), CAST($3 AS text), CAST($4 AS bigint), "
    "CAST($5 AS text), 'authorizing', CAST($6 AS bigint), CAST($7 AS bigint) "
    "WHERE EXISTS (SELECT 1 FROM orders WHERE id = $2 AND status = 'created' AND user_id = $3 "
    "AND price_cents = $4 AND expires_at > $6) ON CONFLICT DO NOTHING"};

const db::Sql update_payment_sql{
    "update_payment",
    "UPDATE payments SET version = version + 1, last_event_id = $2, status = $3, stripe_id = $4, "
    "failure = $5, retry_at = $6 WHERE id = $1 AND version = $7"};

const db::Sql live_payment_of_sql{"live_payment_of",
                                  "SELECT " PAYMENT_COLUMNS
                                  " FROM payments p WHERE p.order_id = $1 AND "
                                  "p.status IN ('authorizing', 'authorized', 'captured')"};

const db::Sql payment_and_order_sql{
    "payment_and_order", "SELECT " PAYMENT_COLUMNS ", " ORDER_COLUMNS
                         " FROM payments p JOIN orders o ON o.id = p.order_id WHERE p.id = $1"};

const db::Sql unfinished_sql{
    "unfinished_payments",
    "SELECT " PAYMENT_COLUMNS ", " ORDER_COLUMNS
    " FROM payments p JOIN orders o ON o.id = p.order_id "
    "WHERE p.status IN ('authorizing', 'authorized') AND p.retry_at <= $1 "
    "AND (p.status = 'authorizing' OR o.status <> 'created') ORDER BY p.retry_at LIMIT $2"};

const db::Sql order_by_id_sql{"order_by_id",
                              "SELECT " ORDER_COLUMNS " FROM orders o WHERE o.id = $1"};

const db::Sql insert_order_sql{
    "insert_order_copy",
    "INSERT INTO orders (id, version, status, user_id, price_cents, expires_at) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"};

const db::Sql update_order_sql{
    "update_order_copy",
    "UPDATE orders SET version = $2, status = $3, reason = $4 WHERE id = $1 AND version = $2 - 1"};

const db::Sql order_version_sql{"order_copy_version", "SELECT version FROM orders WHERE id = $1"};

const db::Sql count_unfinished_sql{
    "count_unfinished_payments",
    "SELECT count(*), coalesce(sum(CASE WHEN status = 'authorizing' THEN 1 ELSE 0 END), 0) "
    "FROM payments WHERE status IN ('authorizing', 'authorized')"};

constexpr std::size_t payment_columns = 11;

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
                            payment.failure, payment.retry_at, payment.version - 1);
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
          .created_at = row.time(9),
          .retry_at = row.time(10)};
}

db::Statement payment_and_order(const std::string& payment_id) {
  return payment_and_order_sql(payment_id);
}
db::Statement unfinished(Timestamp now, std::int64_t limit) { return unfinished_sql(now, limit); }

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

}  // namespace ticketing::payments::store
