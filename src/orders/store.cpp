#include "orders/store.hpp"

#include "common/db/columns.hpp"
#include "common/db/paged_sql.hpp"

namespace ticketing::orders::store {
namespace {

const db::Columns<Order> order_columns{
    {{"ticket.id", "ticket_id"}, {"ticket.title", "ticket_title"}}};

const db::RecordSql<Order> insert_order_sql{
    "insert_order",
    order_columns,
    "INSERT INTO orders (" + order_columns.list() + ", last_event_id) SELECT " +
        order_columns.values() +
        ", CAST(:event_id AS text) WHERE EXISTS (SELECT 1 FROM tickets WHERE id = :ticket_id "
        "AND version = :ticket_version) ON CONFLICT DO NOTHING",
    {"event_id", "ticket_version"}};

const db::RecordSql<Order> update_order_sql{
    "update_order",
    order_columns,
    "UPDATE orders SET version = :version, status = :status, reason = :reason, "
    "payment_id = :payment_id, address = NULL, address_slot = NULL, last_event_id = :event_id "
    "WHERE id = :id AND version + 1 = :version",
    {"event_id"}};

const std::string select_orders = "SELECT " + order_columns.list() + " FROM orders ";

const db::Sql order_by_id_sql{
    "order_by_id", select_orders + "WHERE id = $1 AND status <> 'withdrawn'", order_columns};

const db::PagedSql orders_of_sql{"orders_of", select_orders + "WHERE user_id = $3", "id",
                                 order_columns};

const db::Sql overdue_orders_sql{"overdue_orders",
                                 select_orders +
                                     "WHERE status = 'created' AND expires_at <= $1 "
                                     "ORDER BY expires_at LIMIT $2",
                                 order_columns};

const db::Columns<TicketCopy> copy_columns;

// What ticket_for_order reads.
struct TicketForOrderRow {
  TicketCopy ticket;
  std::optional<std::string> live_order;  // its status
  Buyer buyer;
};
BOOST_DESCRIBE_STRUCT(TicketForOrderRow, (), (ticket, live_order, buyer))

const db::Sql ticket_for_order_sql{
    "ticket_for_order",
    "SELECT " + copy_columns.list("t") +
        ", (SELECT o.status FROM orders o WHERE o.ticket_id = t.id AND o.status <> 'cancelled') "
        "AS live_order, "
        "(SELECT CAST(COALESCE(sum(CAST(1 AS bigint) << o.slot), 0) AS bigint) FROM orders o "
        "WHERE o.user_id = $2 AND o.status = 'created' AND o.slot IS NOT NULL) AS used_slots, "
        "(SELECT CAST(COALESCE(sum(CAST(1 AS bigint) << o.address_slot), 0) AS bigint) "
        "FROM orders o WHERE o.address = $4 AND o.status = 'created' "
        "AND o.address_slot IS NOT NULL) AS address_slots, "
        "(SELECT max(o.expires_at) FROM orders o WHERE o.ticket_id = t.id AND o.user_id = $2 "
        "AND o.reason = 'expired' AND o.expires_at > $3 HAVING count(*) >= $5) AS last_expiry "
        "FROM tickets t WHERE t.id = $1",
    db::Columns<TicketForOrderRow>()};

const db::RecordSql<TicketCopy> insert_ticket_copy_sql{
    "insert_ticket_copy", copy_columns,
    "INSERT INTO tickets (" + copy_columns.list() + ") VALUES (" + copy_columns.values() +
        ") ON CONFLICT DO NOTHING"};

const db::RecordSql<TicketCopy> update_ticket_copy_sql{
    "update_ticket_copy", copy_columns,
    "UPDATE tickets SET " + copy_columns.assignments({"id"}) +
        " WHERE id = :id AND version + 1 = :version"};

const db::RecordSql<TicketCopy> follow_withdrawal_sql{
    "follow_withdrawal",
    copy_columns,
    "UPDATE tickets SET " + copy_columns.assignments({"id"}) +
        ", last_event_id = :event_id WHERE id = :id AND version + 1 = :version",
    {"event_id"}};

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

const db::RecordSql<TicketCopy> replace_ticket_copy_sql{
    "replace_ticket_copy", copy_columns,
    "INSERT INTO tickets (" + copy_columns.list() + ") VALUES (" + copy_columns.values() +
        ") ON CONFLICT (id) DO UPDATE SET " + copy_columns.assignments({"id"}) +
        " WHERE tickets.version < :version"};

const db::RecordSql<TicketCopy> replace_and_decide_sql{
    "replace_and_decide",
    copy_columns,
    "INSERT INTO tickets (" + copy_columns.list() + ", last_event_id) VALUES (" +
        copy_columns.values() + ", CAST(:event_id AS text)) ON CONFLICT (id) DO UPDATE SET " +
        copy_columns.assignments({"id"}) +
        ", last_event_id = CASE WHEN tickets.version < CAST(:asked_version AS bigint) "
        "THEN excluded.last_event_id ELSE tickets.last_event_id END "
        "WHERE tickets.version < :version",
    {"event_id", "asked_version"}};

const db::Sql orders_after_sql{"orders_after",
                               "SELECT " + order_columns.list() +
                                   ", last_event_id FROM orders "
                                   "WHERE id > $1 AND status <> 'withdrawn' ORDER BY id LIMIT $2",
                               db::Columns<CurrentOrder>{{{"order.ticket.id", "ticket_id"},
                                                          {"order.ticket.title", "ticket_title"}}}};

const db::Sql decisions_after_sql{
    "decisions_after",
    "SELECT t.id, t.version, CAST(CASE WHEN EXISTS (SELECT 1 FROM orders o WHERE "
    "o.ticket_id = t.id AND o.status = 'withdrawn' AND o.status <> 'cancelled') "
    "THEN 1 ELSE 0 END AS bigint) AS granted, coalesce(t.last_event_id, '') AS last_event_id "
    "FROM tickets t WHERE t.id > $1 ORDER BY t.id LIMIT $2",
    db::Columns<CurrentDecision>()};

const db::Sql ticket_copy_version_sql{"ticket_copy_version",
                                      "SELECT version FROM tickets WHERE id = $1"};

}  // namespace

db::Statement insert_order(const Order& order, std::int64_t ticket_version,
                           const std::string& event_id) {
  return insert_order_sql(order, event_id, ticket_version);
}

db::Statement update_order(const Order& order, const std::string& event_id) {
  return update_order_sql(order, event_id);
}

db::Statement order_by_id(const std::string& id) { return order_by_id_sql(id); }

db::Statement orders_of(const std::string& user_id, const PageQuery& page) {
  return orders_of_sql(page, user_id);
}

db::Statement overdue_orders(Timestamp time, std::int64_t limit) {
  return overdue_orders_sql(time, limit);
}

db::Statement ticket_for_order(const std::string& ticket_id, const std::string& user_id,
                               const std::string& address, Timestamp expired_since) {
  constexpr std::int64_t expiries = expiries_max;
  return ticket_for_order_sql(ticket_id, user_id, expired_since, address, expiries);
}

TicketForOrder decode_ticket_for_order(const db::Row& row) {
  const auto [ticket, live_order, buyer] = row.as<TicketForOrderRow>();
  return {.ticket = ticket,
          .obstacle = !live_order                  ? Obstacle::none
                      : *live_order == "withdrawn" ? Obstacle::withdrawal
                                                   : Obstacle::live_order,
          .buyer = buyer};
}

db::Statement insert_ticket_copy(const TicketCopy& ticket) {
  return insert_ticket_copy_sql(ticket);
}

db::Statement update_ticket_copy(const TicketCopy& ticket) {
  return update_ticket_copy_sql(ticket);
}

db::Statement follow_withdrawal(const TicketCopy& ticket, const std::string& granted_id) {
  return follow_withdrawal_sql(ticket, granted_id);
}

db::Statement insert_withdrawal(const std::string& id, const std::string& ticket_id,
                                const std::string& granted_id, Timestamp now) {
  return insert_withdrawal_sql(id, ticket_id, granted_id, now);
}

db::Statement refuse_withdrawal(const std::string& ticket_id, const std::string& granted_id,
                                const std::string& refused_id) {
  return refuse_withdrawal_sql(ticket_id, granted_id, refused_id);
}

db::Statement replace_ticket_copy(const TicketCopy& ticket) {
  return replace_ticket_copy_sql(ticket);
}

db::Statement replace_and_decide(const TicketCopy& ticket, const std::string& granted_id,
                                 std::int64_t asked_version) {
  return replace_and_decide_sql(ticket, granted_id, asked_version);
}

db::Statement orders_after(const std::string& after, std::int64_t limit) {
  return orders_after_sql(after, limit);
}

db::Statement decisions_after(const std::string& after, std::int64_t limit) {
  return decisions_after_sql(after, limit);
}

db::Statement ticket_copy_version(const std::string& ticket_id) {
  return ticket_copy_version_sql(ticket_id);
}

}  // namespace ticketing::orders::store
