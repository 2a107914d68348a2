#include "delivery/assignments/store.hpp"

#include "common/db/columns.hpp"
#include "delivery/store.hpp"

namespace ticketing::delivery::assignments::store {
namespace {

const db::Columns<Assignment> assignment_columns;

// The ticket of this id.
std::string has_nothing_to_show(const std::string& id) {
  return "NOT EXISTS (SELECT 1 FROM tickets t WHERE t.id = " + id + " AND t.upload_id IS NOT NULL)";
}

const db::RecordSql<Assignment> insert_assignment_sql{
    "insert_assignment",
    assignment_columns,
    "INSERT INTO assignments (" + assignment_columns.list() + ", last_event_id) VALUES (" +
        assignment_columns.values() + ", :event_id) ON CONFLICT DO NOTHING",
    {"event_id"}};

const db::RecordSql<Assignment> insert_due_assignment_sql{
    "insert_due_assignment",
    assignment_columns,
    "INSERT INTO assignments (" + assignment_columns.list() + ", last_event_id) SELECT " +
        assignment_columns.values() + ", CAST(:event_id AS text) WHERE " +
        has_nothing_to_show(":ticket_id") + " ON CONFLICT DO NOTHING",
    {"event_id"}};

const db::Sql note_sale_sql{
    "note_sale",
    "UPDATE assignments SET ticket_id = $2, user_id = $3, "
    "due_at = CASE WHEN awaits_sale = 1 AND " +
        has_nothing_to_show("$2") +
        " THEN CAST($4 AS bigint) ELSE due_at END, awaits_sale = 0, version = version + 1 "
        "WHERE id = $1 AND (awaits_sale = 1 OR user_id = '')"};

const db::Sql sold_ticket_sql{
    "sold_ticket",
    "SELECT t.user_id AS seller_id, CASE WHEN t.show_id IS NOT NULL AND t.upload_id IS NULL "
    "AND s.id IS NULL THEN 1 ELSE 0 END AS lacks_show, " +
        db::Columns<ShowCopy>().list("s") + " FROM tickets t LEFT JOIN shows s ON s.id = " +
        delivery::store::show_of_ticket + " WHERE t.id = $1",
    db::Columns<SoldTicket>()};

const db::Sql due_before_sql{
    "due_before",
    "SELECT id FROM assignments WHERE state IN ('assigned', 'released') AND due_at <= $1 "
    "AND overdue_at IS NULL AND " +
        has_nothing_to_show("assignments.ticket_id") + " ORDER BY due_at, id LIMIT $2"};

const db::Sql ordered_ticket_sql{
    "ordered_ticket",
    "SELECT " + assignment_columns.list("a") + ", " + db::Columns<TicketCopy>().list("t") + ", " +
        db::Columns<Upload>().list("u") +
        ", (SELECT count(*) FROM assignments o WHERE o.upload_id = u.id AND o.id <> a.id) "
        "AS shown_to_others FROM assignments a LEFT JOIN tickets t ON t.id = a.ticket_id "
        "LEFT JOIN uploads u ON u.id = coalesce(a.upload_id, t.upload_id) WHERE a.id = $1",
    db::Columns<OrderedTicket>()};

const db::Sql assignment_by_id_sql{
    "assignment_by_id", "SELECT " + assignment_columns.list() + " FROM assignments WHERE id = $1",
    assignment_columns};

const std::string set_assignment = "UPDATE assignments SET " +
                                   assignment_columns.assignments({"id", "user_id", "created_at"}) +
                                   ", last_event_id = :event_id "
                                   "WHERE id = :id AND version + 1 = :version";

const db::RecordSql<Assignment> set_revealed_sql{
    "set_revealed",
    assignment_columns,
    set_assignment +
        " AND EXISTS (SELECT 1 FROM tickets t WHERE t.id = assignments.ticket_id AND "
        "t.upload_id = :upload_id) AND EXISTS "
        "(SELECT 1 FROM uploads u WHERE u.id = :upload_id AND u.erased_at IS NULL) AND NOT EXISTS "
        "(SELECT 1 FROM assignments o WHERE o.upload_id = :upload_id)",
    {"event_id"}};

const db::RecordSql<Assignment> set_reselling_sql{
    "set_reselling",
    assignment_columns,
    set_assignment +
        " AND EXISTS (SELECT 1 FROM tickets t WHERE t.id = assignments.ticket_id AND "
        "t.status = 'sold' AND t.order_id = assignments.id)",
    {"event_id"}};

const db::Sql insert_resale_ticket_sql{
    "insert_resale_ticket",
    "INSERT INTO tickets (id, version, last_event_id, user_id, show_id, status, upload_id) "
    "SELECT a.resale_id, -1, '', a.user_id, t.show_id, 'available', t.upload_id "
    "FROM assignments a JOIN tickets t ON t.id = a.ticket_id "
    "WHERE a.id = $1 AND a.last_event_id = $2 ON CONFLICT DO NOTHING"};

const db::RecordSql<Assignment> set_overdue_sql{
    "set_overdue",
    assignment_columns,
    set_assignment + " AND " + has_nothing_to_show("assignments.ticket_id"),
    {"event_id"}};

const db::RecordSql<Assignment> set_released_sql{
    "set_released", assignment_columns, set_assignment, {"event_id"}};

// The codes and the file stay as long as ever, sealed: by them the same code cannot be listed
// again.
const db::Sql erase_uploads_of_sql{
    "erase_uploads_of",
    "UPDATE uploads SET sealed_key = '', erased_at = CAST($2 AS bigint) WHERE erased_at IS NULL "
    "AND id IN (SELECT a.upload_id FROM assignments a "
    "WHERE a.user_id = $1 AND a.state = 'revealed')"};

const db::Sql assignments_after_sql{"assignments_after",
                                    "SELECT " + assignment_columns.list() +
                                        ", last_event_id, (SELECT t.user_id FROM tickets t "
                                        "WHERE t.id = assignments.ticket_id) AS seller_id, "
                                        "(SELECT count(*) FROM tickets t "
                                        "WHERE t.id = assignments.resale_id "
                                        "AND t.upload_id IS NOT NULL) AS resale_has_file "
                                        "FROM assignments WHERE id > $1 "
                                        "ORDER BY id LIMIT $2",
                                    db::Columns<CurrentAssignment>()};

const db::KeptSql<Assignment> kept_assignments_sql{"assignments", assignment_columns};

}  // namespace

db::Statement insert_assignment(const Assignment& assignment, const std::string& event_id) {
  return insert_assignment_sql(assignment, event_id);
}

db::Statement insert_due_assignment(const Assignment& assignment, const std::string& event_id) {
  return insert_due_assignment_sql(assignment, event_id);
}

db::Statement note_sale(const Assignment& sale) {
  return note_sale_sql(sale.id, sale.ticket_id, sale.user_id, sale.due_at);
}

db::Statement sold_ticket(const std::string& ticket_id) { return sold_ticket_sql(ticket_id); }

db::Statement due_before(Timestamp time, std::int64_t limit) { return due_before_sql(time, limit); }

db::Statement ordered_ticket(const std::string& order_id) { return ordered_ticket_sql(order_id); }

db::Statement assignment_by_id(const std::string& order_id) {
  return assignment_by_id_sql(order_id);
}

db::Statement set_revealed(const Assignment& after, const std::string& event_id) {
  return set_revealed_sql(after, event_id);
}

db::Statement set_reselling(const Assignment& after, const std::string& event_id) {
  return set_reselling_sql(after, event_id);
}

db::Statement insert_resale_ticket(const std::string& order_id, const std::string& event_id) {
  return insert_resale_ticket_sql(order_id, event_id);
}

db::Statement set_overdue(const Assignment& after, const std::string& event_id) {
  return set_overdue_sql(after, event_id);
}

db::Statement set_released(const Assignment& after, const std::string& event_id) {
  return set_released_sql(after, event_id);
}

db::Statement erase_uploads_of(const std::string& buyer_id, Timestamp now) {
  return erase_uploads_of_sql(buyer_id, now);
}

db::Statement assignments_after(const std::string& after, std::int64_t limit) {
  return assignments_after_sql(after, limit);
}

db::Statement kept_assignments(const db::KeptQuery& query) { return kept_assignments_sql(query); }

}  // namespace ticketing::delivery::assignments::store
