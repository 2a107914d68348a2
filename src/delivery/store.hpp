// The SQL of delivery.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/db/database.hpp"
#include "common/db/kept_sql.hpp"
#include "delivery/show_copy.hpp"
#include "delivery/upload.hpp"

namespace ticketing::delivery::store {

// The show of the ticket t, or the one that it was merged into; null without a show.
inline constexpr const char* show_of_ticket =
    "coalesce((SELECT b.id FROM shows m JOIN shows b ON b.id = m.merged_into "
    "WHERE m.id = t.show_id), t.show_id)";

// Takes a version of a ticket that is later than the copy's.
std::vector<db::Statement> follow_ticket(const TicketCopy& ticket, Timestamp now);
// A ticket that no buyer is shown any more loses its upload, and so its codes: it was withdrawn or
// has lapsed, or its buyer gave it up. A buyer who had listed it again has the one before back.
std::vector<db::Statement> drop_upload_if_over(const std::string& ticket_id, Timestamp now);

// Takes a version of a show that is later than the copy's, or the same again.
db::Statement follow_show(const ShowCopy& show);
// When the uploads of the ticket, or of the tickets of a show and of those it stands for, are
// erased: after the show's end, and not while it is postponed; without a show they are kept. Both
// begin in a transaction of their own after the change of the ticket or show was committed, and
// lock the uploads first. So of two changes at a time, the later of these sees both.
std::vector<db::Statement> note_end(const std::string& ticket_id);
std::vector<db::Statement> note_end_of_show(const std::string& show_id);
// id: an upload that was sent for the ticket and is not erased.
db::Statement kept_upload_of(const std::string& ticket_id);

// A ticket and what its buyer gets.
struct TicketAndUpload {
  TicketCopy ticket;
  std::optional<Upload> upload;
  bool is_due = false;  // it is paid for, and its seller still has to give it
};
BOOST_DESCRIBE_STRUCT(TicketAndUpload, (), (ticket, upload, is_due))
db::Statement ticket_and_upload(const std::string& ticket_id);

// Before its file is stored; unused until the ticket gets it.
db::Statement insert_upload(const Upload& upload);
db::Statement insert_code(const SealedCode& code);
// Rows of SealedCode, in their order.
db::Statement codes_of(const std::string& upload_id);
// count: the codes of the upload that another ticket has.
db::Statement count_duplicates(const std::string& upload_id);

// Kept: of the seller's other tickets than this one.
db::Statement kept_of_seller(const std::string& user_id, const std::string& ticket_id);

// Precedes a change of a ticket, or of its order's assignment, in its transaction: the condition of
// that sees what other writers of the ticket have done.
db::Statement lock_ticket(const std::string& ticket_id);
// The parts of giving a ticket an upload. lock_ticket() and claim_codes() precede, and
// tidy_codes(), note_use(), note_end() and note_given() follow set_upload() in its transaction. The
// codes become the ticket's, as far as no other ticket has them.
db::Statement claim_codes(const std::string& upload_id);
// Only while the ticket is available or due, has the upload `before`, and has all codes of the new
// one; not once that is erased.
db::Statement set_upload(const Upload& upload, const std::optional<std::string>& before,
                         const std::string& event_id);
// What was due of the ticket is there.
db::Statement note_given(const std::string& ticket_id);
// The ticket has the codes of its upload and of what a buyer was shown, and no others.
db::Statement tidy_codes(const std::string& ticket_id);
// Which uploads of the ticket are used now: its own, and what a buyer was shown.
std::vector<db::Statement> note_use(const std::string& ticket_id, Timestamp now);

// Those that no ticket has had since `unused_since`, and those whose time is over `now`: no ticket
// can get them any more, and without their keys they cannot be read.
db::Statement begin_to_erase(Timestamp unused_since, Timestamp now);
// Whose file and codes are still stored.
struct ErasingUpload {
  std::string id;
  std::string ticket_id;
  std::optional<std::string> media_type;
};
BOOST_DESCRIBE_STRUCT(ErasingUpload, (), (id, ticket_id, media_type))
db::Statement uploads_to_erase(std::int64_t limit);
// Its file is gone. The row of one that a ticket has, or its buyer was shown, stays.
std::vector<db::Statement> end_erasing(const ErasingUpload& upload);

// A ticket that has an upload, and the event that told of it: none told of a resale's.
struct ReadyTicket {
  std::string id;
  std::string last_event_id;
};
BOOST_DESCRIBE_STRUCT(ReadyTicket, (), (id, last_event_id))
// Those after the id `after`, in the order of their ids.
db::Statement ready_tickets_after(const std::string& after, std::int64_t limit);

// What users take along of their rows, by page: no keys and codes.
struct KeptUpload {
  std::string id;
  std::string ticket_id;
  std::optional<std::string> media_type;
  std::int64_t bytes = 0;
  std::int64_t pages = 0;
  std::int64_t barcodes = 0;
  Timestamp created_at;
  std::optional<Timestamp> erased_at;
};
BOOST_DESCRIBE_STRUCT(KeptUpload, (),
                      (id, ticket_id, media_type, bytes, pages, barcodes, created_at, erased_at))
db::Statement kept_uploads(const db::KeptQuery& query);
db::Statement kept_tickets(const db::KeptQuery& query);  // TicketCopy

}  // namespace ticketing::delivery::store
