#include "tickets/store.hpp"

#include "common/base/id.hpp"
#include "common/db/columns.hpp"
#include "common/db/paged_sql.hpp"

namespace ticketing::tickets::store {
namespace {

const db::Columns<Ticket> ticket_columns;

const std::string insert_into_tickets =
    "INSERT INTO tickets (" + ticket_columns.list() + ", last_event_id) ";

const db::RecordSql<Ticket> insert_ticket_sql{
    "insert_ticket",
    ticket_columns,
    insert_into_tickets + "VALUES (" + ticket_columns.values() + ", :event_id)",
    {"event_id"}};

const db::RecordSql<Ticket> insert_ticket_of_key_sql{
    "insert_ticket_of_key",
    ticket_columns,
    insert_into_tickets + "SELECT " + ticket_columns.values() +
        ", CAST(:event_id AS text) WHERE EXISTS (SELECT 1 FROM idempotency_keys "
        "WHERE user_id = :user_id AND key = :key AND entity_id = :id)",
    {"event_id", "key"}};

const db::RecordSql<Ticket> update_ticket_sql{
    "update_ticket",
    ticket_columns,
    "UPDATE tickets SET " + ticket_columns.assignments({"id", "user_id", "created_at"}) +
        ", last_event_id = :event_id WHERE id = :id AND version + 1 = :version",
    {"event_id"}};

const std::string select_tickets = "SELECT " + ticket_columns.list("t") + " FROM tickets t ";

const db::Sql ticket_by_id_sql{"ticket_by_id", select_tickets + "WHERE t.id = $1", ticket_columns};

const db::PagedSql list_all_sql{"list_tickets", select_tickets + "WHERE t.status <> 'withdrawn'",
                                "t.id", ticket_columns};

const db::PagedSql list_by_status_sql{
    "list_tickets_by_status", select_tickets + "WHERE t.status = $3", "t.id", ticket_columns};

const db::PagedSql list_by_seller_sql{
    "list_tickets_by_seller", select_tickets + "WHERE t.user_id = $3", "t.id", ticket_columns};

const db::PagedSql list_by_seller_and_status_sql{
    "list_tickets_by_seller_and_status", select_tickets + "WHERE t.user_id = $3 AND t.status = $4",
    "t.id", ticket_columns};

const db::Sql tickets_after_sql{"tickets_after",
                                "SELECT " + ticket_columns.list("t") +
                                    ", t.last_event_id FROM tickets t "
                                    "WHERE t.id > $1 ORDER BY t.id LIMIT $2",
                                db::Columns<CurrentTicket>()};

const db::Columns<ShowCopy> copy_columns;

const db::RecordSql<ShowCopy> store_show_copy_sql{
    "store_show_copy", copy_columns,
    "INSERT INTO shows (" + copy_columns.list() + ") VALUES (" + copy_columns.values() +
        ") ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status, "
        "over_at = excluded.over_at, merged_into = excluded.merged_into "
        "WHERE shows.version < excluded.version"};

// Of a merged show whose substitute has not come yet, the show's own data is taken.
const db::Sql show_for_ticket_sql{
    "show_for_ticket",
    "SELECT " + copy_columns.list("s") +
        " FROM shows s WHERE s.id IN ($1, (SELECT m.merged_into FROM shows m WHERE m.id = $1)) "
        "ORDER BY CASE WHEN s.id = $1 THEN 1 ELSE 0 END LIMIT 1",
    copy_columns};

// Those of a show, the cheapest first. The cursor is the id of a ticket, as in every list.
class PricedSql {
 public:
  PricedSql(const std::string& name, const std::string& select)
      : first_(name, select + " AND t.id < $1" + cheapest_first, ticket_columns),
        dearer_(name + "_on", select + " AND " + place + " > " + place_of_cursor + cheapest_first,
                ticket_columns),
        cheaper_(name + "_back",
                 select + " AND " + place + " < " + place_of_cursor +
                     " ORDER BY t.price_cents DESC, t.id DESC LIMIT $2",
                 ticket_columns) {}

  template <class... Args>
  db::Statement operator()(const PageQuery& page, Args&&... args) const {
    const std::string from = page.cursor ? page.cursor->id : db::sorts_after_every_id;
    const db::Sql& sql = !page.cursor ? first_ : page.cursor->is_back ? cheaper_ : dearer_;
    return sql(from, page.limit + 1, std::forward<Args>(args)...);
  }

 private:
  static constexpr const char* cheapest_first = " ORDER BY t.price_cents, t.id LIMIT $2";
  static constexpr const char* place = "(t.price_cents, t.id)";
  static constexpr const char* place_of_cursor =
      "(SELECT c.price_cents, c.id FROM tickets c WHERE c.id = $1)";

  db::Sql first_;
  db::Sql dearer_;
  db::Sql cheaper_;
};

const std::string select_of_show = select_tickets + "WHERE t.show_id = $3 AND ";
const std::string select_of_no_show = select_tickets + "WHERE t.show_id IS NULL AND ";
const std::string is_listed = "t.status <> 'withdrawn'";

const db::PagedSql list_of_show_sql{"list_tickets_of_show", select_of_show + is_listed, "t.id",
                                    ticket_columns};

const db::PagedSql list_of_show_by_status_sql{
    "list_tickets_of_show_by_status", select_of_show + "t.status = $4", "t.id", ticket_columns};

const PricedSql list_priced_sql{"list_tickets_of_show_by_price", select_of_show + is_listed};

const PricedSql list_priced_by_status_sql{"list_tickets_of_show_by_price_and_status",
                                          select_of_show + "t.status = $4"};

const db::PagedSql list_of_no_show_sql{"list_tickets_of_no_show", select_of_no_show + is_listed,
                                       "t.id", ticket_columns};

const db::PagedSql list_of_no_show_by_status_sql{"list_tickets_of_no_show_by_status",
                                                 select_of_no_show + "t.status = $3", "t.id",
                                                 ticket_columns};

db::Statement list_of_no_show(const TicketFilter& filter, const PageQuery& page) {
  if (filter.status) return list_of_no_show_by_status_sql(page, *filter.status);
  return list_of_no_show_sql(page);
}

db::Statement list_of_show(const TicketFilter& filter, const PageQuery& page) {
  const std::string& show_id = filter.show_id.value();
  const auto& status = filter.status;
  if (filter.is_by_price && status) return list_priced_by_status_sql(page, show_id, *status);
  if (filter.is_by_price) return list_priced_sql(page, show_id);
  if (status) return list_of_show_by_status_sql(page, show_id, *status);
  return list_of_show_sql(page, show_id);
}

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
        db::Columns<OrderState>().list("other") +
        " FROM tickets t LEFT JOIN orders own ON own.id = $2 "
        "LEFT JOIN orders other ON other.id = (SELECT max(o.id) FROM orders o "
        "WHERE o.ticket_id = $1 AND o.status <> 'cancelled' AND o.id <> $2) WHERE t.id = $1",
    db::Columns<TicketAndOrders>()};

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

db::Statement list_tickets(const TicketFilter& filter, const PageQuery& page) {
  const auto& status = filter.status;
  const auto& seller_id = filter.seller_id;
  if (seller_id && status) return list_by_seller_and_status_sql(page, *seller_id, *status);
  if (seller_id) return list_by_seller_sql(page, *seller_id);
  if (filter.show_id)
    return filter.show_id->empty() ? list_of_no_show(filter, page) : list_of_show(filter, page);
  if (status) return list_by_status_sql(page, *status);
  return list_all_sql(page);
}

db::Statement tickets_after(const std::string& after, std::int64_t limit) {
  return tickets_after_sql(after, limit);
}

db::Statement store_show_copy(const ShowCopy& show) { return store_show_copy_sql(show); }

db::Statement show_for_ticket(const std::string& id) { return show_for_ticket_sql(id); }

db::Statement sales_of(const std::string& seller_id, const PageQuery& page) {
  return sales_of_sql(page, seller_id);
}

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

db::Statement ticket_and_orders(const std::string& ticket_id, const std::string& order_id) {
  return ticket_and_orders_sql(ticket_id, order_id);
}

}  // namespace ticketing::tickets::store
