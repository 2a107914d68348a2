#include "tickets/store.hpp"

#include "common/base/id.hpp"
#include "common/db/columns.hpp"
#include "common/db/paged_sql.hpp"

namespace ticketing::tickets::store {
namespace {

const db::Columns<Ticket> ticket_columns;

const std::string insert_into_tickets = "INSERT INTO tickets (" + ticket_columns.list() +
                                        ", last_event_id, indexed_title, indexed_price_cents) ";

const db::RecordSql<Ticket> insert_ticket_sql{
    "insert_ticket",
    ticket_columns,
    insert_into_tickets + "VALUES (" + ticket_columns.values() +
        ", :event_id, :title, :price_cents) ON CONFLICT DO NOTHING",
    {"event_id"}};

const db::RecordSql<Ticket> insert_ticket_of_key_sql{
    "insert_ticket_of_key",
    ticket_columns,
    insert_into_tickets + "SELECT " + ticket_columns.values() +
        ", CAST(:event_id AS text), CAST(:title AS text), CAST(:price_cents AS bigint) "
        "WHERE EXISTS (SELECT 1 FROM idempotency_keys "
        "WHERE user_id = :user_id AND key = :key AND entity_id = coalesce(:lot_id, :id))",
    {"event_id", "key"}};

const db::RecordSql<Ticket> update_ticket_sql{
    "update_ticket",
    ticket_columns,
    "UPDATE tickets SET " + ticket_columns.assignments({"id", "user_id", "created_at"}) +
        ", last_event_id = :event_id WHERE id = :id AND version + 1 = :version",
    {"event_id"}};

const std::string select_tickets = "SELECT " + ticket_columns.list("t") + " FROM tickets t ";

const db::Sql ticket_by_id_sql{"ticket_by_id", select_tickets + "WHERE t.id = $1", ticket_columns};

const db::Sql tickets_after_sql{"tickets_after",
                                "SELECT " + ticket_columns.list("t") +
                                    ", t.last_event_id FROM tickets t "
                                    "WHERE t.id > $1 ORDER BY t.id LIMIT $2",
                                db::Columns<CurrentTicket>()};

const db::Columns<ShowCopy> copy_columns;

const db::RecordSql<ShowCopy> store_show_copy_sql{
    "store_show_copy", copy_columns,
    "INSERT INTO shows (" + copy_columns.list() + ") VALUES (" + copy_columns.values() +
        ") ON CONFLICT (id) DO UPDATE SET " + copy_columns.assignments({"id"}) +
        " WHERE shows.version <= :version"};

// Of a merged show whose substitute has not come yet, the show's own data is taken.
const db::Sql show_for_ticket_sql{
    "show_for_ticket",
    "SELECT " + copy_columns.list("s") +
        " FROM shows s WHERE s.id IN ($1, (SELECT m.merged_into FROM shows m WHERE m.id = $1)) "
        "ORDER BY CASE WHEN s.id = $1 THEN 1 ELSE 0 END LIMIT 1",
    copy_columns};

// The copy of a ticket's show, or of the one that stands for it.
const std::string join_show =
    " LEFT JOIN shows s ON s.id = coalesce((SELECT b.id FROM shows a "
    "JOIN shows b ON b.id = a.merged_into WHERE a.id = t.show_id), t.show_id) ";

const db::Sql ticket_and_show_sql{"ticket_and_show",
                                  "SELECT " + ticket_columns.list("t") + ", " +
                                      copy_columns.list("s") + " FROM tickets t" + join_show +
                                      "WHERE t.id = $1",
                                  db::Columns<TicketAndShow>()};

const db::Sql set_sale_end_sql{
    "set_sale_end",
    "UPDATE shows SET sale_ends_at = (SELECT CASE WHEN e.status = 'postponed' THEN NULL "
    "ELSE coalesce(e.starts_at, e.over_at) END FROM shows e WHERE e.id = coalesce("
    "(SELECT b.id FROM shows b WHERE b.id = shows.merged_into), shows.id)) "
    "WHERE id = $1 OR merged_into = $1"};

const db::Sql shows_of_sql{"shows_of",
                           "SELECT id FROM shows WHERE id = $1 OR merged_into = $1 ORDER BY id"};

const db::Sql shows_to_close_sql{
    "shows_to_close",
    "SELECT id FROM shows WHERE sale_ends_at <= $1 ORDER BY sale_ends_at LIMIT $2"};

const db::Sql available_of_show_sql{
    "available_of_show",
    select_tickets +
        "WHERE t.show_id = $1 AND t.status = 'available' AND t.id > $2 ORDER BY t.id LIMIT $3",
    ticket_columns};

const db::Sql close_show_sql{
    "close_show", "UPDATE shows SET sale_ends_at = NULL WHERE id = $1 AND sale_ends_at <= $2"};

// A sale as it is stored.
struct SaleRow {
  Ticket ticket;
  std::optional<Money> price;
  std::optional<Timestamp> completed_at;
};
BOOST_DESCRIBE_STRUCT(SaleRow, (), (ticket, price, completed_at))

const db::PagedSql sales_of_sql{"sales_of",
                                "SELECT " + ticket_columns.list("t") +
                                    ", o.price_cents, o.completed_at FROM tickets t "
                                    "LEFT JOIN orders o ON o.id = t.order_id "
                                    "WHERE t.user_id = $3 AND t.status = 'sold'",
                                "t.order_id", db::Columns<SaleRow>()};

const db::Sql ticket_of_order_sql{"ticket_of_order",
                                  "SELECT " + ticket_columns.list("t") +
                                      ", o.price_cents FROM orders o "
                                      "JOIN tickets t ON t.id = o.ticket_id WHERE o.id = $1",
                                  db::Columns<TicketOfOrder>()};

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
    "ticket_and_orders",
    "SELECT " + ticket_columns.list("t") + ", own.version AS order_version, " +
        db::Columns<OrderState>().list("other") + ", " + copy_columns.list("s") +
        ", CASE WHEN EXISTS (SELECT 1 FROM erased_users e WHERE e.id = t.user_id) THEN 1 ELSE 0 "
        "END AS seller_is_erased FROM tickets t" +
        join_show +
        "LEFT JOIN orders own ON own.id = $2 "
        "LEFT JOIN orders other ON other.id = (SELECT max(o.id) FROM orders o "
        "WHERE o.ticket_id = $1 AND o.status <> 'cancelled' AND o.id <> $2) WHERE t.id = $1",
    db::Columns<TicketAndOrders>()};

const db::Sql available_of_seller_sql{
    "available_of_seller",
    select_tickets +
        "WHERE t.user_id = $1 AND t.status = 'available' AND t.withdrawal_version IS NULL "
        "AND t.id > $2 ORDER BY t.id LIMIT $3",
    ticket_columns};
const db::Sql unsold_of_seller_sql{
    "unsold_of_seller",
    "SELECT id FROM tickets WHERE user_id = $1 AND status IN ('available', 'reserved') LIMIT 1"};

const db::KeptSql<Ticket> kept_tickets_sql{"tickets", ticket_columns};

}  // namespace

db::Statement insert_ticket(const Ticket& ticket, const std::string& event_id) {
  return insert_ticket_sql(ticket, event_id);
}

db::Statement insert_ticket_of_key(const Ticket& ticket, const std::string& event_id,
                                   const db::IdempotencyKey& key) {
  return insert_ticket_of_key_sql(ticket, event_id, key.key);
}

db::Statement update_ticket(const Ticket& ticket, const std::string& event_id) {
  return update_ticket_sql(ticket, event_id);
}

db::Statement ticket_by_id(const std::string& id) { return ticket_by_id_sql(id); }

db::Statement tickets_after(const std::string& after, std::int64_t limit) {
  return tickets_after_sql(after, limit);
}

db::Statement store_show_copy(const ShowCopy& show) { return store_show_copy_sql(show); }

db::Statement set_sale_end(const std::string& show_id) { return set_sale_end_sql(show_id); }

db::Statement shows_of(const std::string& show_id) { return shows_of_sql(show_id); }

db::Statement shows_to_close(Timestamp now, std::int64_t limit) {
  return shows_to_close_sql(now, limit);
}

db::Statement available_of_show(const std::string& show_id, const std::string& after,
                                std::int64_t limit) {
  return available_of_show_sql(show_id, after, limit);
}

db::Statement close_show(const std::string& show_id, Timestamp time) {
  return close_show_sql(show_id, time);
}

db::Statement show_for_ticket(const std::string& id) { return show_for_ticket_sql(id); }

db::Statement sales_of(const std::string& seller_id, const PageQuery& page) {
  return sales_of_sql(page, seller_id);
}

db::Statement ticket_of_order(const std::string& order_id) { return ticket_of_order_sql(order_id); }

Sale decode_sale(const db::Row& row) {
  const auto [ticket, price, completed_at] = row.as<SaleRow>();
  const std::string order_id = ticket.order_id.value();
  return {.ticket = ticket,
          .order_id = order_id,
          .price = price.value_or(ticket.price),
          // Of a sale older than the column only the beginning of its order is known.
          .sold_at = completed_at ? *completed_at : time_of_id(order_id).value_or(Timestamp{})};
}

db::Statement remember_order(const OrderState& order, std::int64_t order_version,
                             const std::string& ticket_id, const std::string& event_id) {
  return remember_order_sql(order.id, order_version, ticket_id, order.status, event_id, order.price,
                            order.completed_at);
}

db::Statement ticket_and_show(const std::string& ticket_id) {
  return ticket_and_show_sql(ticket_id);
}

db::Statement ticket_and_orders(const std::string& ticket_id, const std::string& order_id) {
  return ticket_and_orders_sql(ticket_id, order_id);
}

db::Statement available_of_seller(const std::string& seller_id, const std::string& after,
                                  std::int64_t limit) {
  return available_of_seller_sql(seller_id, after, limit);
}
db::Statement unsold_of_seller(const std::string& seller_id) {
  return unsold_of_seller_sql(seller_id);
}

db::Statement kept_tickets(const db::KeptQuery& query) { return kept_tickets_sql(query); }

}  // namespace ticketing::tickets::store
