#include "shows/store.hpp"

#include "shows/show_columns.hpp"

namespace ticketing::shows::store {
namespace {

const db::Columns<Venue> venue_columns;

const db::RecordSql<Venue> insert_venue_sql{"insert_venue",
                                            venue_columns,
                                            "INSERT INTO venues (" + venue_columns.list() +
                                                ", place_key) VALUES (" + venue_columns.values() +
                                                ", :place_key) ON CONFLICT DO NOTHING",
                                            {"place_key"}};

const db::Sql venue_by_place_sql{
    "venue_by_place", "SELECT " + venue_columns.list() + " FROM venues WHERE place_key = $1",
    venue_columns};

const db::Sql lock_venue_sql{"lock_venue", "UPDATE venues SET id = id WHERE id = $1"};
const db::Sql lock_show_sql{"lock_show", "UPDATE shows SET id = id WHERE id = $1"};

const ShowColumns show_columns;

const db::RecordSql<Show> insert_show_sql{
    "insert_show",
    show_columns,
    "INSERT INTO shows (" + show_columns.list() +
        ", name_key, city_key, day, over_at, last_event_id) VALUES (" + show_columns.values() +
        ", :name_key, :city_key, :day, :over_at, :event_id) ON CONFLICT DO NOTHING",
    {"name_key", "city_key", "day", "over_at", "event_id"}};

const db::RecordSql<Show> update_show_sql{
    "update_show",
    show_columns,
    "UPDATE shows SET " +
        show_columns.assignments({"id", "tickets_available", "price_from_cents", "has_sales",
                                  "user_id", "merged_into", "created_at", "poster"}) +
        ", name_key = :name_key, city_key = :city_key, day = :day, over_at = :over_at, "
        "last_event_id = :event_id WHERE id = :id AND version + 1 = :version "
        "AND NOT EXISTS (SELECT 1 FROM shows o WHERE o.venue_id = :venue_id AND o.day = :day "
        "AND o.name_key = :name_key AND o.id <> :id)",
    {"name_key", "city_key", "day", "over_at", "event_id"}};

const db::RecordSql<Show> merge_show_sql{
    "merge_show",
    show_columns,
    "UPDATE shows SET version = :version, merged_into = :merged_into, poster = :poster, "
    "last_event_id = :event_id WHERE id = :id AND version + 1 = :version AND merged_into IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM shows o WHERE o.merged_into = :id) "
    "AND EXISTS (SELECT 1 FROM shows o WHERE o.id = :merged_into AND o.merged_into IS NULL)",
    {"event_id"}};

const std::string select_shows = "SELECT " + show_columns.list("s") + " FROM shows s ";

const db::Sql show_by_id_sql{
    "show_by_id",
    select_shows +
        "WHERE s.id = (SELECT coalesce(m.merged_into, m.id) FROM shows m WHERE m.id = $1)",
    show_columns};

const db::Sql show_as_made_sql{"show_as_made", select_shows + "WHERE s.id = $1", show_columns};

const db::Sql same_show_sql{"same_show",
                            select_shows +
                                "WHERE s.id = (SELECT coalesce(m.merged_into, m.id) FROM shows m "
                                "WHERE m.venue_id = $1 AND m.day = $2 AND m.name_key = $3)",
                            show_columns};

const db::Sql show_with_key_sql{
    "show_with_key", select_shows + "WHERE s.venue_id = $1 AND s.day = $2 AND s.name_key = $3",
    show_columns};

const db::Sql shows_merged_into_sql{"shows_merged_into",
                                    "SELECT id FROM shows WHERE merged_into = $1 ORDER BY id"};

const db::Columns<CountedSpelling> counted_columns;

// The order of equal counts is the same in every collation.
const db::Sql count_by_city_sql{
    "count_by_city",
    "SELECT city_key, city, count(*) AS shows FROM shows WHERE merged_into IS NULL "
    "AND plan <> 'cancelled' AND over_at > $1 GROUP BY city_key, city "
    "ORDER BY count(*) DESC, max(id) LIMIT $2",
    counted_columns};

const db::Columns<CurrentShow> current_columns{
    {{"show.venue.id", "venue_id"}, {"show.venue.name", "venue_name"}}};

const db::Sql shows_after_sql{
    "shows_after",
    "SELECT " + current_columns.list() + " FROM shows WHERE id > $1 ORDER BY id LIMIT $2",
    current_columns};

const db::Columns<TicketCopy> copy_columns;

const db::Sql ticket_copy_sql{
    "ticket_copy", "SELECT " + copy_columns.list() + " FROM tickets WHERE id = $1", copy_columns};

const db::RecordSql<TicketCopy> insert_ticket_copy_sql{
    "insert_ticket_copy",
    copy_columns,
    "INSERT INTO tickets (" + copy_columns.list() + ", change_id) VALUES (" +
        copy_columns.values() + ", :change_id) ON CONFLICT DO NOTHING",
    {"change_id"}};

const db::RecordSql<TicketCopy> update_ticket_copy_sql{
    "update_ticket_copy",
    copy_columns,
    "UPDATE tickets SET " + copy_columns.assignments({"id"}) +
        ", change_id = :change_id WHERE id = :id AND version = :seen_version",
    {"seen_version", "change_id"}};

const std::string stands_for =
    "(SELECT coalesce(m.merged_into, m.id) FROM shows m WHERE m.id = $1)";

const db::Sql lock_counts_sql{"lock_counts", "UPDATE shows SET id = id WHERE id = " + stands_for};

const std::string of_available_tickets =
    "FROM tickets t WHERE t.status = 'available' AND t.show_id IN "
    "(SELECT a.id FROM shows a WHERE a.id = shows.id OR a.merged_into = shows.id)";

const db::Sql recount_sql{"recount", "UPDATE shows SET tickets_available = (SELECT count(*) " +
                                         of_available_tickets +
                                         "), price_from_cents = (SELECT min(t.price_cents) " +
                                         of_available_tickets + ") WHERE id = " + stands_for};

// The lowest price of each of its shows is the beginning of an index.
const db::Sql adjust_counts_sql{
    "adjust_counts",
    "UPDATE shows SET tickets_available = tickets_available + CAST($2 AS bigint), "
    "price_from_cents = (SELECT min(p.price_cents) FROM (SELECT (SELECT min(t.price_cents) FROM "
    "tickets t WHERE t.status = 'available' AND t.show_id = a.id) AS price_cents FROM shows a "
    "WHERE a.id = shows.id OR a.merged_into = shows.id) p) WHERE id = " +
        stands_for + " AND EXISTS (SELECT 1 FROM tickets c WHERE c.id = $3 AND c.change_id = $4)"};

const db::Sql note_sale_sql{"note_sale", "UPDATE shows SET has_sales = 1 WHERE id = " + stands_for};

std::int64_t number_of(std::chrono::sys_days day) { return day.time_since_epoch().count(); }

const db::KeptSql<Show> kept_shows_sql{"shows", show_columns};

}  // namespace

db::Statement insert_venue(const Venue& venue, const std::string& place_key) {
  return insert_venue_sql(venue, place_key);
}

db::Statement venue_by_place(const std::string& place_key) { return venue_by_place_sql(place_key); }

db::Statement lock_venue(const std::string& id) { return lock_venue_sql(id); }

db::Statement lock_show(const std::string& id) { return lock_show_sql(id); }

db::Statement insert_show(const Show& show, const ShowKey& key, const std::string& city_key,
                          const std::string& event_id) {
  return insert_show_sql(show, key.name_key, city_key, number_of(key.day), over_at(show), event_id);
}

db::Statement update_show(const Show& show, const ShowKey& key, const std::string& city_key,
                          const std::string& event_id) {
  return update_show_sql(show, key.name_key, city_key, number_of(key.day), over_at(show), event_id);
}

db::Statement merge_show(const Show& show, const std::string& event_id) {
  return merge_show_sql(show, event_id);
}

db::Statement show_by_id(const std::string& id) { return show_by_id_sql(id); }

db::Statement show_as_made(const std::string& id) { return show_as_made_sql(id); }

db::Statement same_show(const std::string& venue_id, const ShowKey& key) {
  return same_show_sql(venue_id, number_of(key.day), key.name_key);
}

db::Statement show_with_key(const std::string& venue_id, const ShowKey& key) {
  return show_with_key_sql(venue_id, number_of(key.day), key.name_key);
}

db::Statement shows_merged_into(const std::string& id) { return shows_merged_into_sql(id); }

db::Statement count_by_city(Timestamp now, std::int64_t limit) {
  return count_by_city_sql(now, limit);
}

db::Statement shows_after(const std::string& after, std::int64_t limit) {
  return shows_after_sql(after, limit);
}

db::Statement ticket_copy(const std::string& id) { return ticket_copy_sql(id); }

db::Statement insert_ticket_copy(const TicketCopy& ticket, const std::string& change_id) {
  return insert_ticket_copy_sql(ticket, change_id);
}

db::Statement update_ticket_copy(const TicketCopy& ticket, std::int64_t seen_version,
                                 const std::string& change_id) {
  return update_ticket_copy_sql(ticket, seen_version, change_id);
}

std::vector<db::Statement> lock_counts(const std::string& show_id) {
  // The second lock is that of the show which a merge has put in the place of the first meanwhile.
  return {lock_counts_sql(show_id), lock_counts_sql(show_id)};
}

std::vector<db::Statement> recount(const std::string& show_id) {
  std::vector<db::Statement> statements = lock_counts(show_id);
  statements.push_back(recount_sql(show_id));
  return statements;
}

db::Statement adjust_counts(const std::string& show_id, std::int64_t more,
                            const std::string& ticket_id, const std::string& change_id) {
  return adjust_counts_sql(show_id, more, ticket_id, change_id);
}

db::Statement note_sale(const std::string& show_id) { return note_sale_sql(show_id); }

db::Statement kept_shows(const db::KeptQuery& query) { return kept_shows_sql(query); }

}  // namespace ticketing::shows::store
