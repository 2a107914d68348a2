#include "orders/calendar/store.hpp"

#include "common/db/columns.hpp"

namespace ticketing::orders::calendar::store {
namespace {

const db::Columns<ShowPlace> show_columns;

const db::RecordSql<ShowPlace> store_show_sql{
    "store_calendar_show", show_columns,
    "INSERT INTO calendar_shows (" + show_columns.list() + ") VALUES (" + show_columns.values() +
        ") ON CONFLICT (id) DO UPDATE SET " + show_columns.assignments({"id"}) +
        " WHERE calendar_shows.version < :version"};

const db::Sql put_calendar_sql{
    "put_calendar",
    "INSERT INTO calendars (user_id, key_digest, created_at) VALUES ($1, $2, $3) "
    "ON CONFLICT (user_id) DO UPDATE SET key_digest = excluded.key_digest, "
    "created_at = excluded.created_at"};

const db::Sql delete_calendar_sql{"delete_calendar", "DELETE FROM calendars WHERE user_id = $1"};

const db::Columns<Calendar> calendar_columns;
const std::string select_calendar = "SELECT " + calendar_columns.list() + " FROM calendars ";
const db::Sql calendar_of_sql{"calendar_of", select_calendar + "WHERE user_id = $1",
                              calendar_columns};
const db::Sql calendar_by_key_sql{"calendar_by_key", select_calendar + "WHERE key_digest = $1",
                                  calendar_columns};

// The condition on 'created' is that of the index of a buyer's ended orders.
const db::Sql shows_of_buyer_sql{
    "shows_of_buyer",
    "SELECT " + show_columns.list("s") +
        ", o.tickets FROM (SELECT coalesce((SELECT b.id FROM calendar_shows a "
        "JOIN calendar_shows b ON b.id = a.merged_into WHERE a.id = l.show_id), l.show_id) "
        "AS show_id, count(*) AS tickets FROM (SELECT show_id FROM orders WHERE user_id = $1 "
        "AND status <> 'created' AND status = 'complete' AND show_id IS NOT NULL "
        "ORDER BY id DESC LIMIT $3) l GROUP BY 1) o JOIN calendar_shows s ON s.id = o.show_id "
        "WHERE s.over_at > $2 OR s.status = 'postponed' ORDER BY s.starts_at, s.id",
    db::Columns<ShowOfBuyer>()};

const db::KeptSql<KeptCalendar> kept_calendar_sql{
    "calendars", db::Columns<KeptCalendar>{{{"id", "user_id"}}}, "user_id = $1", "user_id"};

}  // namespace

db::Statement store_show(const ShowPlace& show) { return store_show_sql(show); }

db::Statement put_calendar(const std::string& user_id, const std::string& key_digest,
                           Timestamp now) {
  return put_calendar_sql(user_id, key_digest, now);
}

db::Statement delete_calendar(const std::string& user_id) { return delete_calendar_sql(user_id); }

db::Statement calendar_of(const std::string& user_id) { return calendar_of_sql(user_id); }

db::Statement calendar_by_key(const std::string& key_digest) {
  return calendar_by_key_sql(key_digest);
}

db::Statement shows_of_buyer(const std::string& user_id, Timestamp over_after) {
  constexpr std::int64_t orders = orders_max;
  return shows_of_buyer_sql(user_id, over_after, orders);
}

db::Statement kept_calendar(const db::KeptQuery& query) { return kept_calendar_sql(query); }

}  // namespace ticketing::orders::calendar::store
