#include "delivery/store.hpp"

#include "common/db/columns.hpp"

namespace ticketing::delivery::store {
namespace {

constexpr std::int64_t kept_after_end = Milliseconds{used_upload_kept}.count();

const db::Columns<TicketCopy> ticket_columns;
const db::Columns<ShowCopy> show_columns;
const db::Columns<Upload> upload_columns;
const db::Columns<SealedCode> code_columns;

const db::RecordSql<TicketCopy> follow_ticket_sql{
    "follow_ticket", ticket_columns,
    "INSERT INTO tickets (" + ticket_columns.list() + ", last_event_id) VALUES (" +
        ticket_columns.values() + ", '') ON CONFLICT (id) DO UPDATE SET " +
        ticket_columns.assignments({"id"}) + " WHERE tickets.version < :version"};

const db::RecordSql<ShowCopy> store_show_copy_sql{
    "store_show_copy", show_columns,
    "INSERT INTO shows (" + show_columns.list() + ") VALUES (" + show_columns.values() +
        ") ON CONFLICT (id) DO UPDATE SET " + show_columns.assignments({"id"}) +
        " WHERE shows.version <= :version"};

// With what is added to it as $2. Null while that is not known, and without a show. Of a merged
// show whose substitute has not come yet, the show's own end is taken.
const std::string end_of_upload =
    std::string(
        "(SELECT (SELECT s.over_at FROM shows s WHERE s.status <> 'postponed' AND s.id = ") +
    show_of_ticket + ") + CAST($2 AS bigint) FROM tickets t WHERE t.id = uploads.ticket_id)";
// Of which the file or codes are kept, also without the key.
const std::string is_kept = "is_erasing = 0 AND digest <> ''";
const std::string lock_kept_uploads =
    "UPDATE uploads SET id = id WHERE " + is_kept + " AND ticket_id ";
const std::string note_end_of_uploads = "UPDATE uploads SET erase_at = " + end_of_upload +
                                        " WHERE " + is_kept + " AND erase_at IS DISTINCT FROM " +
                                        end_of_upload + " AND ticket_id ";

const std::string of_show =
    "IN (SELECT t.id FROM tickets t WHERE t.show_id = $1 "
    "OR t.show_id IN (SELECT m.id FROM shows m WHERE m.merged_into = $1))";

const db::Sql lock_uploads_sql{"lock_uploads", lock_kept_uploads + "= $1"};
const db::Sql lock_uploads_of_show_sql{"lock_uploads_of_show", lock_kept_uploads + of_show};
const db::Sql note_end_sql{"note_end_of_uploads", note_end_of_uploads + "= $1"};
const db::Sql note_end_of_show_sql{"note_end_of_uploads_of_show", note_end_of_uploads + of_show};

const db::Sql kept_upload_of_sql{
    "kept_upload_of", "SELECT id FROM uploads WHERE ticket_id = $1 AND " + is_kept + " LIMIT 1"};

const std::string over_ticket =
    "(tickets.status IN ('withdrawn', 'lapsed') OR (tickets.status = 'sold' AND EXISTS "
    "(SELECT 1 FROM assignments o WHERE o.id = tickets.order_id AND o.is_given_up = 1)))";

const db::Sql drop_upload_of_over_sql{
    "drop_upload_of_over_ticket",
    "UPDATE tickets SET upload_id = NULL WHERE id = $1 AND " + over_ticket};

const db::Sql give_back_sql{
    "give_back_resale",
    "UPDATE assignments SET state = 'assigned', resale_id = NULL, version = version + 1 "
    "WHERE resale_id = $1 AND EXISTS (SELECT 1 FROM tickets WHERE tickets.id = $1 AND " +
        over_ticket + ")"};

// Of a row of assignments.
const std::string due_assignment = "state = 'assigned' AND due_at IS NOT NULL";
// Of the ticket t. The news of its sale may come after those of the payment.
const std::string due_ticket =
    "(t.status IN ('reserved', 'sold') AND t.upload_id IS NULL AND EXISTS "
    "(SELECT 1 FROM assignments WHERE assignments.id = t.order_id AND " +
    due_assignment + "))";

const db::Sql ticket_and_upload_sql{"ticket_and_upload",
                                    "SELECT " + ticket_columns.list("t") + ", " +
                                        upload_columns.list("u") + ", CASE WHEN " + due_ticket +
                                        " THEN 1 ELSE 0 END AS is_due FROM tickets t LEFT JOIN "
                                        "uploads u ON u.id = t.upload_id WHERE t.id = $1",
                                    db::Columns<TicketAndUpload>()};

const db::Sql lock_ticket_sql{"lock_ticket", "UPDATE tickets SET id = id WHERE id = $1"};

const db::RecordSql<Upload> insert_upload_sql{"insert_upload", upload_columns,
                                              "INSERT INTO uploads (" + upload_columns.list() +
                                                  ", unused_at, is_erasing) VALUES (" +
                                                  upload_columns.values() + ", :created_at, 0)"};

const db::RecordSql<SealedCode> insert_code_sql{
    "insert_code", code_columns,
    "INSERT INTO codes (" + code_columns.list() + ") VALUES (" + code_columns.values() + ")"};

const db::Sql codes_of_sql{
    "codes_of",
    "SELECT " + code_columns.list() +
        " FROM codes WHERE upload_id = $1 AND position >= 0 ORDER BY position",
    code_columns};

const db::Sql count_duplicates_sql{
    "count_duplicate_codes",
    "SELECT count(*) AS count FROM codes c JOIN listed_codes l ON l.fingerprint = c.fingerprint "
    "WHERE c.upload_id = $1 AND l.ticket_id <> c.ticket_id"};

const db::Sql kept_of_seller_sql{
    "kept_of_seller",
    "SELECT count(*) AS files, CAST(coalesce(sum(u.bytes), 0) AS bigint) AS bytes "
    "FROM tickets t JOIN uploads u ON u.id = t.upload_id WHERE t.user_id = $1 AND t.id <> $2 "
    "AND t.upload_id IS NOT NULL AND t.status IN ('available', 'reserved') "
    "AND u.media_type IS NOT NULL",
    db::Columns<Kept>()};

// In one order for all writers, so that they do not wait for each other in a circle.
const db::Sql claim_codes_sql{
    "claim_codes",
    "INSERT INTO listed_codes (fingerprint, ticket_id) SELECT DISTINCT c.fingerprint, c.ticket_id "
    "FROM codes c WHERE c.upload_id = $1 ORDER BY c.fingerprint ON CONFLICT DO NOTHING"};

const db::Sql set_upload_sql{
    "set_upload",
    "UPDATE tickets AS t SET upload_id = CAST($2 AS text), last_event_id = $4 "
    "WHERE t.id = $1 AND t.upload_id IS NOT DISTINCT FROM CAST($3 AS text) "
    "AND (t.status = 'available' OR " +
        due_ticket +
        ") AND EXISTS (SELECT 1 FROM uploads u WHERE u.id = $2 AND u.sealed_key <> '') "
        "AND NOT EXISTS (SELECT 1 FROM codes c WHERE c.upload_id = $2 AND NOT EXISTS "
        "(SELECT 1 FROM listed_codes l WHERE l.fingerprint = c.fingerprint AND l.ticket_id = $1))"};

const db::Sql note_given_sql{
    "note_given_ticket",
    "UPDATE assignments SET due_at = NULL, version = version + 1 "
    "WHERE " +
        due_assignment +
        " AND id = (SELECT t.order_id FROM tickets t WHERE t.id = $1 AND t.upload_id IS NOT NULL)"};

const db::Sql tidy_codes_sql{
    "tidy_codes",
    "DELETE FROM listed_codes WHERE ticket_id = $1 AND NOT EXISTS (SELECT 1 FROM codes c "
    "JOIN tickets t ON t.upload_id = c.upload_id "
    "WHERE c.ticket_id = $1 AND c.fingerprint = listed_codes.fingerprint) "
    "AND NOT EXISTS (SELECT 1 FROM codes c JOIN assignments a ON a.upload_id = c.upload_id "
    "WHERE c.ticket_id = $1 AND c.fingerprint = listed_codes.fingerprint)"};

const db::Sql note_unused_sql{
    "note_unused_uploads",
    "UPDATE uploads SET unused_at = CAST($2 AS bigint) WHERE ticket_id = $1 AND unused_at IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM tickets t WHERE t.upload_id = uploads.id) "
    "AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.upload_id = uploads.id)"};

const db::Sql note_used_sql{"note_used_upload",
                            "UPDATE uploads SET unused_at = NULL WHERE ticket_id = $1 "
                            "AND id = (SELECT t.upload_id FROM tickets t WHERE t.id = $1)"};

// The news of a ticket or show are stored before erase_at follows: so that finds what may be over,
// and the shows say whether it is.
const db::Sql begin_to_erase_sql{
    "begin_to_erase_uploads",
    "UPDATE uploads SET is_erasing = 1, sealed_key = '', erase_at = NULL, "
    "erased_at = coalesce(erased_at, CAST($1 AS bigint)) "
    "WHERE (unused_at < $3 OR (erase_at <= $1 AND " +
        end_of_upload + " <= $1)) AND is_erasing = 0"};

const db::Columns<ErasingUpload> erasing_columns;
const db::Sql uploads_to_erase_sql{
    "uploads_to_erase",
    "SELECT " + erasing_columns.list() + " FROM uploads WHERE is_erasing = 1 ORDER BY id LIMIT $1",
    erasing_columns};

const db::Sql delete_codes_sql{"delete_codes", "DELETE FROM codes WHERE upload_id = $1"};
const db::Sql delete_unused_sql{
    "delete_unused_upload",
    "DELETE FROM uploads WHERE id = $1 AND is_erasing = 1 AND unused_at IS NOT NULL"};
const db::Sql note_erased_sql{
    "note_erased_upload",
    "UPDATE uploads SET is_erasing = 0, digest = '' WHERE id = $1 AND is_erasing = 1"};

const db::Sql ready_tickets_after_sql{"ready_tickets_after",
                                      "SELECT id, last_event_id FROM tickets WHERE id > $1 "
                                      "AND upload_id IS NOT NULL AND last_event_id <> '' "
                                      "ORDER BY id LIMIT $2",
                                      db::Columns<ReadyTicket>()};

const db::KeptSql<KeptUpload> kept_uploads_sql{
    "uploads", db::Columns<KeptUpload>(),
    "ticket_id IN (SELECT t.id FROM tickets t WHERE t.user_id = $1)"};
const db::KeptSql<TicketCopy> kept_tickets_sql{"tickets", ticket_columns};

}  // namespace

std::vector<db::Statement> follow_ticket(const TicketCopy& ticket, Timestamp now) {
  std::vector<db::Statement> all{follow_ticket_sql(ticket)};
  // Its buyer may have given it up before the event of the sale came.
  if (is_over(ticket) || ticket.status == TicketStatus::sold)
    db::append(all, drop_upload_if_over(ticket.id, now));
  // Its seller may have given it before the event of the sale came.
  if (ticket.status == TicketStatus::sold) all.push_back(note_given(ticket.id));
  return all;
}

db::Statement follow_show(const ShowCopy& show) { return store_show_copy_sql(show); }

std::vector<db::Statement> note_end(const std::string& ticket_id) {
  return {lock_uploads_sql(ticket_id), note_end_sql(ticket_id, kept_after_end)};
}

std::vector<db::Statement> note_end_of_show(const std::string& show_id) {
  return {lock_uploads_of_show_sql(show_id), note_end_of_show_sql(show_id, kept_after_end)};
}

db::Statement kept_upload_of(const std::string& ticket_id) { return kept_upload_of_sql(ticket_id); }

std::vector<db::Statement> drop_upload_if_over(const std::string& ticket_id, Timestamp now) {
  std::vector<db::Statement> all{drop_upload_of_over_sql(ticket_id), tidy_codes(ticket_id)};
  db::append(all, note_use(ticket_id, now));
  all.push_back(give_back_sql(ticket_id));
  return all;
}

db::Statement ticket_and_upload(const std::string& ticket_id) {
  return ticket_and_upload_sql(ticket_id);
}

db::Statement lock_ticket(const std::string& ticket_id) { return lock_ticket_sql(ticket_id); }

db::Statement note_given(const std::string& ticket_id) { return note_given_sql(ticket_id); }

db::Statement insert_upload(const Upload& upload) { return insert_upload_sql(upload); }

db::Statement insert_code(const SealedCode& code) { return insert_code_sql(code); }

db::Statement codes_of(const std::string& upload_id) { return codes_of_sql(upload_id); }

db::Statement count_duplicates(const std::string& upload_id) {
  return count_duplicates_sql(upload_id);
}

db::Statement kept_of_seller(const std::string& user_id, const std::string& ticket_id) {
  return kept_of_seller_sql(user_id, ticket_id);
}

db::Statement claim_codes(const std::string& upload_id) { return claim_codes_sql(upload_id); }

db::Statement set_upload(const Upload& upload, const std::optional<std::string>& before,
                         const std::string& event_id) {
  return set_upload_sql(upload.ticket_id, upload.id, before, event_id);
}

db::Statement tidy_codes(const std::string& ticket_id) { return tidy_codes_sql(ticket_id); }

std::vector<db::Statement> note_use(const std::string& ticket_id, Timestamp now) {
  return {note_unused_sql(ticket_id, now), note_used_sql(ticket_id)};
}

db::Statement begin_to_erase(Timestamp unused_since, Timestamp now) {
  return begin_to_erase_sql(now, kept_after_end, unused_since);
}

db::Statement uploads_to_erase(std::int64_t limit) { return uploads_to_erase_sql(limit); }

std::vector<db::Statement> end_erasing(const ErasingUpload& upload) {
  return {delete_codes_sql(upload.id), tidy_codes(upload.ticket_id), delete_unused_sql(upload.id),
          note_erased_sql(upload.id)};
}

db::Statement ready_tickets_after(const std::string& after, std::int64_t limit) {
  return ready_tickets_after_sql(after, limit);
}

db::Statement kept_uploads(const db::KeptQuery& query) { return kept_uploads_sql(query); }
db::Statement kept_tickets(const db::KeptQuery& query) { return kept_tickets_sql(query); }

}  // namespace ticketing::delivery::store
