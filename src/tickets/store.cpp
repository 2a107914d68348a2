#include "tickets/store.hpp"

#include "common/base/id.hpp"
#include "common/db/paged_sql.hpp"

namespace ticketing::tickets::store {
namespace {

#define TICKET_COLUMNS                                                                       \
  "t.id, t.version, t.title, t.price_cents, t.user_id, t.status, t.order_id, t.created_at, " \
  "t.withdrawal_version"

const db::Sql insert_ticket_sql{"insert_ticket",
                                "INSERT INTO tickets (id, version, last_event_id, title, "
                                "price_cents, user_id, status, created_at) "
                                "VALUES ($1, $2, $3, $4, $5, $6, 'available', $7)"};

const db::Sql insert_ticket_of_key_sql{
    "insert_ticket_of_key",
    "INSERT INTO tickets (id, version, last_event_id, title, price_cents, user_id, status, "
    "created_at) "
    "SELECT CAST($1 AS text), CAST($2 AS bigint), CAST($3 AS text), CAST($4 AS text), "
    "CAST($5 AS bigint), CAST($6 AS text), 'available', CAST($7 AS bigint) "
    "WHERE EXISTS (SELECT 1 FROM idempotency_keys WHERE user_id = $6 AND key = $8 AND "
    "entity_id = $1)"};

const db::Sql update_ticket_sql{
    "update_ticket",
    "UPDATE tickets SET version = version + 1, last_event_id = $2, title = $3, price_cents = $4, "
    "status = $5, order_id = $6, withdrawal_version = $7 WHERE id = $1 AND version = $8"};

const db::Sql ticket_by_id_sql{"ticket_by_id",
                               "SELECT " TICKET_COLUMNS " FROM tickets t WHERE t.id = $1"};

const db::PagedSql list_all_sql{
    "list_tickets", "SELECT " TICKET_COLUMNS " FROM tickets t WHERE t.status <> 'withdrawn'",
    "t.id"};

const db::PagedSql list_by_status_sql{
    "list_tickets_by_status", "SELECT " TICKET_COLUMNS " FROM tickets t WHERE t.status = $3",
    "t.id"};

const db::PagedSql list_by_seller_sql{
    "list_tickets_by_seller", "SELECT " TICKET_COLUMNS " FROM tickets t WHERE t.user_id = $3",
    "t.id"};

const db::PagedSql list_by_seller_and_status_sql{
    "list_tickets_by_seller_and_status",
    "SELECT " TICKET_COLUMNS " FROM tickets t WHERE t.user_id = $3 AND t.status = $4", "t.id"};

const db::PagedSql sales_of_sql{"sales_of",
                                "SELECT " TICKET_COLUMNS
                                ", o.price_cents, o.completed_at FROM tickets t "
                                "LEFT JOIN orders o ON o.id = t.order_id "
                                "WHERE t.user_id = $3 AND t.status = 'sold'",
                                "t.order_id"};

const db::Sql remember_order_sql{
    "remember_order",
    "INSERT INTO orders (id, version, ticket_id, status, price_cents, completed_at) "
    "SELECT CAST($1 AS text), CAST($2 AS bigint), CAST($3 AS text), CAST($4 AS text), "
    "CAST($6 AS bigint), CAST($7 AS bigint) "
    "WHERE EXISTS (SELECT 1 FROM tickets WHERE id = $3 AND last_event_id = $5) "
    "ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status, "
    "completed_at = coalesce(excluded.completed_at, orders.completed_at) "
    "WHERE orders.version = excluded.version - 1"};

const db::Sql ticket_and_orders_sql{
    "ticket_and_orders", "SELECT " TICKET_COLUMNS
                         ", own.version, other.id, other.status FROM tickets t "
                         "LEFT JOIN orders own ON own.id = $2 "
                         "LEFT JOIN orders other ON other.id = (SELECT max(o.id) FROM orders o "
                         "WHERE o.ticket_id = $1 AND o.status <> 'cancelled' AND o.id <> $2) "
                         "WHERE t.id = $1"};

}  // namespace

db::Statement insert_ticket(const Ticket& ticket, const std::string& event_id) {
  return insert_ticket_sql(ticket.id, ticket.version, event_id, ticket.title, ticket.price.cents,
                           ticket.user_id, ticket.created_at);
}

db::Statement insert_ticket_of_key(const Ticket& ticket, const std::string& event_id,
                                   const db::IdempotencyKey& key) {
  return insert_ticket_of_key_sql(ticket.id, ticket.version, event_id, ticket.title,
                                  ticket.price.cents, ticket.user_id, ticket.created_at, key.key);
}

db::Statement update_ticket(const Ticket& ticket, const std::string& event_id) {
  return update_ticket_sql(ticket.id, event_id, ticket.title, ticket.price.cents,
                           to_string(ticket.status), ticket.order_id, ticket.withdrawal_version,
                           ticket.version - 1);
}

db::Statement ticket_by_id(const std::string& id) { return ticket_by_id_sql(id); }

db::Statement list_tickets(const TicketFilter& filter, const PageQuery& page) {
  const auto& [status, seller_id] = filter;
  if (seller_id && status)
    return list_by_seller_and_status_sql(page, *seller_id, to_string(*status));
  if (seller_id) return list_by_seller_sql(page, *seller_id);
  if (status) return list_by_status_sql(page, to_string(*status));
  return list_all_sql(page);
}

Ticket decode_ticket(const db::Row& row) {
  const auto status = parse_ticket_status(row.text(5));
  TICKETING_ASSERT(status.has_value());
  return {.id = row.text(0),
          .version = row.integer(1),
          .title = row.text(2),
          .price = Money{.cents = row.integer(3)},
          .user_id = row.text(4),
          .status = *status,
          .order_id = row.optional_text(6),
          .withdrawal_version =
              row.is_null(8) ? std::nullopt : std::optional<std::int64_t>(row.integer(8)),
          .created_at = row.time(7)};
}

db::Statement sales_of(const std::string& seller_id, const PageQuery& page) {
  return sales_of_sql(page, seller_id);
}

Sale decode_sale(const db::Row& row) {
  Sale sale{.ticket = decode_ticket(row), .order_id = row.text(6), .price = {}, .sold_at = {}};
  sale.price = row.is_null(9) ? sale.ticket.price : Money{.cents = row.integer(9)};
  // Of a sale older than the column only the beginning of its order is known.
  sale.sold_at = row.is_null(10) ? time_of_id(sale.order_id).value_or(Timestamp{}) : row.time(10);
  return sale;
}

db::Statement remember_order(const OrderState& order, std::int64_t order_version,
                             const std::string& ticket_id, const std::string& event_id) {
  std::optional<std::int64_t> price_cents;
  if (order.price) price_cents = order.price->cents;
  return remember_order_sql(order.id, order_version, ticket_id, to_string(order.status), event_id,
                            price_cents, order.completed_at);
}

db::Statement ticket_and_orders(const std::string& ticket_id, const std::string& order_id) {
  return ticket_and_orders_sql(ticket_id, order_id);
}

TicketAndOrders decode_ticket_and_orders(const db::Row& row) {
  TicketAndOrders found{.ticket = decode_ticket(row)};
  if (!row.is_null(9)) found.order_version = row.integer(9);
  if (!row.is_null(10)) {
    const auto status = parse_order_status(row.text(11));
    TICKETING_ASSERT(status.has_value());
    found.newest_other = OrderState{.id = row.text(10), .status = *status};
  }
  return found;
}

}  // namespace ticketing::tickets::store
