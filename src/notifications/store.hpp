// The notifications database: every statement this service runs, by name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/db/database.hpp"
#include "common/db/kept_sql.hpp"
#include "notifications/copies.hpp"
#include "notifications/mail_row.hpp"

namespace ticketing::notifications::store {

// Affects no row when there is this mail already, and when the account of its user is deleted.
db::Statement insert_mail(const Mail& mail);
// The mail that says that the account is deleted, to the address that is known of it.
db::Statement insert_last_mail(const Mail& mail);
// All others of the user.
db::Statement delete_mails_of(const std::string& user_id);
// What is left of it.
db::Statement last_mail_of(const std::string& user_id);
// A mail for each who has a paid ticket of the show, or of one that it stands for, and was not told
// of the latest change of either, if that is later than `since`. Who ordered after the change knew
// of it, unless the show is cancelled. These begin in a transaction after the change that they
// follow, so of two at a time, of a show and of an order, the later one sees both.
db::Statement insert_mails_of_show(const std::string& show_id, Timestamp now, Timestamp since);
// The same for the ticket.
db::Statement insert_mails_of_ticket(const std::string& ticket_id, Timestamp now, Timestamp since);
// A row if its holder is to be told of a change, or was told.
db::Statement change_for_holder(const std::string& ticket_id, Timestamp since);
// For the buyer who waits for this ticket, if there is one. `mail.id` begins the id.
db::Statement insert_mail_to_waiting_buyer(const Mail& mail, const std::string& ticket_id);
// Those whose time has come, the one that waits longest first.
db::Statement due_mails(Timestamp now, std::int64_t limit);
// The next attempt is ours until `until`. Affects no row when another process was faster.
db::Statement begin_attempt(const Mail& mail, Timestamp until);
// The attempt has failed: the next one is due at `due_at`.
db::Statement put_off(const std::string& id, Timestamp due_at);
// The mail is over, and what it says is forgotten. Its user is known by now.
db::Statement end_mail(const Mail& mail, Status status, Timestamp now);
db::Statement delete_mails(Timestamp ended_before);

// One row if the address is suppressed.
db::Statement suppressed_address(const std::string& address_hash);
db::Statement suppress_address(const std::string& address_hash, Timestamp now);

// Copies. Each event has all of its entity, so one that comes late changes nothing.
// No person whose account is deleted is stored.
db::Statement store_person(const Person& person);
db::Statement delete_person(const std::string& id);
// A row if the account is deleted.
db::Statement erased_person(const std::string& id);
db::Statement store_ticket(const TicketCopy& ticket);
db::Statement store_order(const OrderCopy& order);
db::Statement note_payment(const std::string& order_id);
db::Statement note_full_refund(const std::string& order_id);
// The ticket was sold without a file or code; then it was given.
db::Statement note_due(const std::string& order_id, const std::string& ticket_id,
                       const std::string& buyer_id);
db::Statement note_given(const std::string& ticket_id);
// Precedes the others of a ticket that is due or given, whose events may come in any order and at
// a time: they see what the one before has written. `event_id` is empty where it is due.
db::Statement store_given(const std::string& ticket_id, const std::string& event_id,
                          Timestamp given_at);
// Where the ticket was given after `due_since`, before the news that it is due came: a mail for its
// buyer, who waits no more. note_given_before() follows.
db::Statement insert_mail_of_given(const std::string& ticket_id, Timestamp due_since,
                                   const std::string& details, Timestamp now);
db::Statement note_given_before(const std::string& ticket_id, Timestamp due_since);
db::Statement show_copy(const std::string& id);
// Affects no row unless the copy still has the version `seen`; nothing: unless there is none.
db::Statement store_show(const ShowCopy& show, std::optional<std::int64_t> seen);

db::Statement person_by_id(const std::string& id);
// No row while its order or ticket is not known.
db::Statement sale_by_order(const std::string& order_id);
// The one that stands.
db::Statement sale_of_ticket(const std::string& ticket_id, const std::string& buyer_id);

// What users take along of their rows, by page: not the event that a mail tells of.
struct KeptMail {
  std::string id;
  Template which = Template::reset;
  std::string recipient;
  Status status = Status::waiting;
  std::int64_t attempts = 0;
  Timestamp created_at;
  std::optional<Timestamp> ended_at;
};
BOOST_DESCRIBE_STRUCT(KeptMail, (), (id, which, recipient, status, attempts, created_at, ended_at))
db::Statement kept_mails(const db::KeptQuery& query);
db::Statement kept_person(const db::KeptQuery& query);   // Person
db::Statement kept_tickets(const db::KeptQuery& query);  // TicketCopy
db::Statement kept_orders(const db::KeptQuery& query);   // OrderCopy

}  // namespace ticketing::notifications::store
