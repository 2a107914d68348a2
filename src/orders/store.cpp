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
        "AND version = :ticket_version) AND (CAST(:seen_show_id AS text) IS NULL OR EXISTS "
        "(SELECT 1 FROM shows WHERE id = :seen_show_id AND revision = :show_revision)) "
        "ON CONFLICT DO NOTHING",
    {"event_id", "ticket_version", "seen_show_id", "show_revision"}};

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

// Each of the two has an index of its own, so that a reservation writes one of them only. Takes the
// same parameters as db::PagedSql.
class OrdersOfSql {
 public:
  OrdersOfSql()
      : older_("orders_of", both(" AND id < $1 ORDER BY id DESC LIMIT $2"), order_columns),
        newer_("orders_of_back", both(" AND id > $1 ORDER BY id LIMIT $2"), order_columns) {}

  db::Statement operator()(const PageQuery& page, const std::string& user_id) const {
    const std::string from = page.cursor ? page.cursor->id : db::sorts_after_every_id;
    const db::Sql& sql = page.cursor && page.cursor->is_back ? newer_ : older_;
    return sql(from, page.limit + 1, user_id);
  }

 private:
  static std::string both(const std::string& page) {
    const std::string of_user = select_orders + "WHERE user_id = $3 AND status ";
    return "SELECT * FROM (SELECT * FROM (" + of_user + "<> 'created'" + page +
           ") AS ended UNION ALL SELECT * FROM (" + of_user + "= 'created'" + page +
           ") AS unpaid) AS of_user" + page.substr(page.find(" ORDER BY"));
  }

  db::Sql older_;
  db::Sql newer_;
};
const OrdersOfSql orders_of_sql;

const db::Sql overdue_orders_sql{"overdue_orders",
                                 select_orders +
                                     "WHERE status = 'created' AND expires_at <= $1 "
                                     "ORDER BY expires_at LIMIT $2",
                                 order_columns};

const db::Sql unpaid_orders_of_sql{
    "unpaid_orders_of",
    select_orders + "WHERE user_id = $1 AND status = 'created' ORDER BY id LIMIT $2",
    order_columns};

const db::Columns<TicketCopy> copy_columns;
const db::Columns<ShowCopy> show_columns;

// What ticket_for_order reads.
struct TicketForOrderRow {
  TicketCopy ticket;
  std::optional<ShowCopy> show;
  std::optional<std::string> live_order;  // its status
  std::optional<Timestamp> last_expiry;
};
BOOST_DESCRIBE_STRUCT(TicketForOrderRow, (), (ticket, show, live_order, last_expiry))

const db::Sql ticket_for_order_sql{
    "ticket_for_order",
    "SELECT " + copy_columns.list("t") + ", " + show_columns.list("s") +
        ", (SELECT o.status FROM orders o WHERE o.ticket_id = t.id AND o.status <> 'cancelled') "
        "AS live_order, "
        "(SELECT max(o.expires_at) FROM orders o WHERE o.ticket_id = t.id AND o.user_id = $2 "
        "AND o.reason = 'expired' AND o.expires_at > $3 HAVING count(*) >= $4) AS last_expiry "
        "FROM tickets t LEFT JOIN shows s ON s.id = coalesce((SELECT b.id FROM shows a "
        "JOIN shows b ON b.id = a.merged_into WHERE a.id = t.show_id), t.show_id) WHERE t.id = $1",
    db::Columns<TicketForOrderRow>()};

const db::Sql used_slots_sql{
    "used_slots",
    "SELECT (SELECT CAST(COALESCE(sum(CAST(1 AS bigint) << slot), 0) AS bigint) FROM orders "
    "WHERE user_id = $1 AND status = 'created' AND slot IS NOT NULL) AS of_buyer, "
    "(SELECT CAST(COALESCE(sum(CAST(1 AS bigint) << address_slot), 0) AS bigint) FROM orders "
    "WHERE address = $2 AND status = 'created' AND address_slot IS NOT NULL) AS of_address, "
    "(SELECT CAST(COALESCE(sum(CAST(1 AS bigint) << show_slot), 0) AS bigint) FROM orders "
    "WHERE user_id = $1 AND counted_show_id = $3 AND status <> 'cancelled' "
    "AND show_slot IS NOT NULL) AS of_show",
    db::Columns<UsedSlots>()};

const db::RecordSql<ShowCopy> store_show_copy_sql{
    "store_show_copy", show_columns,
    "INSERT INTO shows (" + show_columns.list() + ") VALUES (" + show_columns.values() +
        ") ON CONFLICT (id) DO UPDATE SET " + show_columns.assignments({"id", "revision"}) +
        ", revision = shows.revision + 1 WHERE shows.version <= :version"};

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

const db::KeptSql<TicketCopy> kept_tickets_sql{"tickets", db::Columns<TicketCopy>()};

}  // namespace

db::Statement insert_order(const Order& order, const SeenCopies& seen,
                           const std::string& event_id) {
  std::optional<std::string> show_id;
  if (seen.show) show_id = seen.show->id;
  return insert_order_sql(order, event_id, seen.ticket_version, show_id,
                          seen.show ? seen.show->revision : 0);
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

db::Statement unpaid_orders_of(const std::string& user_id, std::int64_t limit) {
  return unpaid_orders_of_sql(user_id, limit);
}

db::Statement ticket_for_order(const std::string& ticket_id, const std::string& user_id,
                               Timestamp expired_since) {
  constexpr std::int64_t expiries = expiries_max;
  return ticket_for_order_sql(ticket_id, user_id, expired_since, expiries);
}

TicketForOrder decode_ticket_for_order(const db::Row& row) {
  const auto [ticket, show, live_order, last_expiry] = row.as<TicketForOrderRow>();
  return {.ticket = ticket,
          .show = show,
          .obstacle = !live_order                  ? Obstacle::none
                      : *live_order == "withdrawn" ? Obstacle::withdrawal
                                                   : Obstacle::live_order,
          .last_expiry = last_expiry};
}

db::Statement used_slots(const std::string& user_id, const std::string& address,
                         const std::string& show_id) {
  return used_slots_sql(user_id, address, show_id);
}

db::Statement insert_ticket_copy(const TicketCopy& ticket) {
  return insert_ticket_copy_sql(ticket);
}

db::Statement update_ticket_copy(const TicketCopy& ticket) {
  return update_ticket_copy_sql(ticket);
}

db::Statement store_show_copy(const ShowCopy& show) { return store_show_copy_sql(show); }

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

// An id of an order is not empty, so the first page is one after a cursor, too.
db::Statement kept_orders(const db::KeptQuery& query) {
  return orders_of(query.user_id, {.limit = query.limit - 1,
                                   .cursor = PageCursor{.id = query.after, .is_back = true}});
}
db::Statement kept_tickets(const db::KeptQuery& query) { return kept_tickets_sql(query); }

}  // namespace ticketing::orders::store
