#include "orders/store.hpp"

#include "common/db/paged_sql.hpp"

namespace ticketing::orders::store {
namespace {

#define ORDER_COLUMNS                                                                        \
  "id, version, status, reason, user_id, ticket_id, ticket_title, price_cents, payment_id, " \
  "expires_at, created_at"

const db::Sql insert_order_sql{
    "insert_order",
    "INSERT INTO orders (id, version, last_event_id, status, user_id, ticket_id, ticket_title, "
    "price_cents, "
    "expires_at, created_at, slot) "
    "SELECT CAST($1 AS text), 0, CAST($2 AS text), 'created', CAST($3 AS text), CAST($4 AS text), "
    "CAST($5 AS text), CAST($6 AS bigint), CAST($7 AS bigint), CAST($8 AS bigint), "
    "CAST(CAST($10 AS bigint) AS integer) "
    "WHERE EXISTS (SELECT 1 FROM tickets WHERE id = $4 AND version = $9) ON CONFLICT DO NOTHING"};

const db::Sql update_order_sql{"update_order",
                               "UPDATE orders SET version = version + 1, last_event_id = $2, "
                               "status = $3, reason = $4, payment_id = $5 "
                               "WHERE id = $1 AND version = $6"};

const db::Sql order_by_id_sql{"order_by_id", "SELECT " ORDER_COLUMNS
                                             " FROM orders WHERE id = $1 AND status <> "
                                             "'withdrawn'"};

const db::PagedSql orders_of_sql{"orders_of",
                                 "SELECT " ORDER_COLUMNS " FROM orders WHERE user_id = $3", "id"};

const db::Sql overdue_orders_sql{"overdue_orders", "SELECT " ORDER_COLUMNS
                                                   " FROM orders WHERE status = 'created' AND "
                                                   "expires_at <= $1 ORDER BY expires_at LIMIT $2"};

const db::Sql ticket_for_order_sql{
    "ticket_for_order",
    "SELECT t.id, t.version, t.title, t.price_cents, "
    "(SELECT o.status FROM orders o WHERE o.ticket_id = t.id AND o.status <> 'cancelled'), "
    "(SELECT CAST(COALESCE(sum(CAST(1 AS bigint) << o.slot), 0) AS bigint) FROM orders o "
    "WHERE o.user_id = $2 AND o.status = 'created' AND o.slot IS NOT NULL), "
    "(SELECT count(*) FROM orders o WHERE o.ticket_id = t.id AND o.user_id = $2 "
    "AND o.reason = 'expired' AND o.expires_at > $3), "
    "(SELECT COALESCE(max(o.expires_at), 0) FROM orders o WHERE o.ticket_id = t.id "
    "AND o.user_id = $2 AND o.reason = 'expired' AND o.expires_at > $3) "
    "FROM tickets t WHERE t.id = $1"};

const db::Sql insert_ticket_copy_sql{"insert_ticket_copy",
                                     "INSERT INTO tickets (id, version, title, price_cents) VALUES "
                                     "($1, $2, $3, $4) ON CONFLICT DO NOTHING"};

const db::Sql update_ticket_copy_sql{"update_ticket_copy",
                                     "UPDATE tickets SET version = $2, title = $3, price_cents = "
                                     "$4 WHERE id = $1 AND version + 1 = $2"};

const db::Sql follow_withdrawal_sql{
    "follow_withdrawal",
    "UPDATE tickets SET version = $2, title = $3, price_cents = $4, last_event_id = $5 "
    "WHERE id = $1 AND version + 1 = $2"};

const db::Sql insert_withdrawal_sql{
    "insert_withdrawal",
    "INSERT INTO orders (id, version, last_event_id, status, user_id, ticket_id, ticket_title, "
    "price_cents, expires_at, created_at) "
    "SELECT CAST($1 AS text), 0, last_event_id, 'withdrawn', '', id, title, price_cents, "
    "CAST($4 AS bigint), CAST($4 AS bigint) "
    "FROM tickets WHERE id = $2 AND last_event_id = $3 ON CONFLICT DO NOTHING"};

const db::Sql refuse_withdrawal_sql{
    "refuse_withdrawal",
    "UPDATE tickets SET last_event_id = $3 WHERE id = $1 AND last_event_id = $2 AND NOT EXISTS "
    "(SELECT 1 FROM orders WHERE ticket_id = $1 AND status = 'withdrawn')"};

const db::Sql ticket_copy_version_sql{"ticket_copy_version",
                                      "SELECT version FROM tickets WHERE id = $1"};

}  // namespace

db::Statement insert_order(const Order& order, const std::string& event_id) {
  std::optional<std::int64_t> slot;
  if (order.slot) slot = *order.slot;
  return insert_order_sql(order.id, event_id, order.user_id, order.ticket.id, order.ticket.title,
                          order.ticket.price.cents, order.expires_at, order.created_at,
                          order.ticket.version, slot);
}

db::Statement update_order(const Order& order, const std::string& event_id) {
  std::optional<std::string_view> reason;
  if (order.reason) reason = to_string(*order.reason);
  return update_order_sql(order.id, event_id, to_string(order.status), reason, order.payment_id,
                          order.version - 1);
}

db::Statement order_by_id(const std::string& id) { return order_by_id_sql(id); }

db::Statement orders_of(const std::string& user_id, const PageQuery& page) {
  return orders_of_sql(page, user_id);
}

db::Statement overdue_orders(Timestamp time, std::int64_t limit) {
  return overdue_orders_sql(time, limit);
}

Order decode_order(const db::Row& row) {
  const auto status = parse_order_status(row.text(2));
  TICKETING_ASSERT(status.has_value());
  return {
      .id = row.text(0),
      .version = row.integer(1),
      .status = *status,
      .reason = row.is_null(3) ? std::nullopt : parse_cancel_reason(row.text(3)),
      .user_id = row.text(4),
      .ticket = {.id = row.text(5), .title = row.text(6), .price = Money{.cents = row.integer(7)}},
      .payment_id = row.optional_text(8),
      .expires_at = row.time(9),
      .created_at = row.time(10)};
}

db::Statement ticket_for_order(const std::string& ticket_id, const std::string& user_id,
                               Timestamp expired_since) {
  return ticket_for_order_sql(ticket_id, user_id, expired_since);
}

TicketForOrder decode_ticket_for_order(const db::Row& row) {
  return {.ticket = {.id = row.text(0),
                     .version = row.integer(1),
                     .title = row.text(2),
                     .price = Money{.cents = row.integer(3)}},
          .obstacle = row.is_null(4)               ? Obstacle::none
                      : row.text(4) == "withdrawn" ? Obstacle::withdrawal
                                                   : Obstacle::live_order,
          .buyer = {.used_slots = static_cast<std::uint64_t>(row.integer(5)),
                    .expiries = row.integer(6),
                    .last_expiry = row.time(7)}};
}

db::Statement insert_ticket_copy(const TicketCopy& ticket) {
  return insert_ticket_copy_sql(ticket.id, ticket.version, ticket.title, ticket.price.cents);
}

db::Statement update_ticket_copy(const TicketCopy& ticket) {
  return update_ticket_copy_sql(ticket.id, ticket.version, ticket.title, ticket.price.cents);
}

db::Statement follow_withdrawal(const TicketCopy& ticket, const std::string& granted_id) {
  return follow_withdrawal_sql(ticket.id, ticket.version, ticket.title, ticket.price.cents,
                               granted_id);
}

db::Statement insert_withdrawal(const std::string& id, const std::string& ticket_id,
                                const std::string& granted_id, Timestamp now) {
  return insert_withdrawal_sql(id, ticket_id, granted_id, now);
}

db::Statement refuse_withdrawal(const std::string& ticket_id, const std::string& granted_id,
                                const std::string& refused_id) {
  return refuse_withdrawal_sql(ticket_id, granted_id, refused_id);
}

db::Statement ticket_copy_version(const std::string& ticket_id) {
  return ticket_copy_version_sql(ticket_id);
}

}  // namespace ticketing::orders::store
