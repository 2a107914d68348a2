#include "notifications/store.hpp"

#include "common/db/columns.hpp"

namespace ticketing::notifications::store {
namespace {

const db::Columns<Mail> mail_columns;

// Of a record with this user.
std::string unless_erased(const std::string& user_id) {
  return " WHERE NOT EXISTS (SELECT 1 FROM erased_users e WHERE e.id = " + user_id + ") ";
}

const db::RecordSql<Mail> insert_mail_sql{"insert_mail", mail_columns,
                                          "INSERT INTO mails (" + mail_columns.list() +
                                              ") SELECT " + mail_columns.values() +
                                              unless_erased(":user_id") + "ON CONFLICT DO NOTHING"};

// To the address that the copy of the person has.
const db::RecordSql<Mail> insert_last_mail_sql{
    "insert_last_mail", mail_columns,
    "INSERT INTO mails (" + mail_columns.list() +
        ") SELECT CAST(:id AS text), CAST(:last_event_id AS text), CAST(:which AS text), p.id, "
        "p.email, CAST(:details AS text), CAST(:status AS text), CAST(:attempts AS bigint), "
        "CAST(:created_at AS bigint), CAST(:due_at AS bigint), CAST(NULL AS bigint) FROM people p "
        "WHERE p.id = :user_id ON CONFLICT DO NOTHING"};
const db::Sql delete_mails_of_sql{
    "delete_mails_of", "DELETE FROM mails WHERE user_id = $1 AND which <> 'account_deleted'"};
const db::Sql last_mail_of_sql{"last_mail_of",
                               "SELECT " + mail_columns.list() +
                                   " FROM mails WHERE user_id = $1 AND which = 'account_deleted' "
                                   "ORDER BY created_at DESC LIMIT 1",
                               mail_columns};

// For the buyers of some orders, each once.
const std::string insert_mails_to_buyers =
    "INSERT INTO mails (" + mail_columns.list() +
    ") SELECT DISTINCT CAST(:id AS text) || o.user_id, CAST(:last_event_id AS text), "
    "CAST(:which AS text), o.user_id, '', CAST(:details AS text), CAST(:status AS text), "
    "CAST(:attempts AS bigint), CAST(:created_at AS bigint), CAST(:due_at AS bigint), "
    "CAST(NULL AS bigint) FROM orders o ";

// What the holder of a ticket of the show `own` is told of the show c: that one, or the one that
// stands for it. A change of c from before the merge does not count: where the two shows differed,
// the merge itself was a change of `own`.
const std::string changes_for_holders =
    "FROM orders o JOIN tickets t ON t.id = o.ticket_id JOIN shows own ON own.id = t.show_id "
    "JOIN shows c ON c.id = own.id OR c.id = own.merged_into "
    "WHERE o.is_paid = 1 AND o.is_refunded = 0 AND o.user_id IS NOT NULL AND c.changed_at > $2 "
    "AND (c.change_template = 'show_cancelled' OR coalesce(o.ordered_at, 0) <= c.changed_at) "
    "AND (c.id = own.id OR coalesce(own.merged_at, 0) <= c.changed_at) "
    "AND ";
const std::string insert_mails_of_changes =
    "INSERT INTO mails (" + mail_columns.list() +
    ") SELECT DISTINCT c.change_template || '/' || c.change_event_id || '/' || o.user_id, "
    "c.change_event_id, c.change_template, o.user_id, '', c.change_details, 'waiting', "
    "CAST(0 AS bigint), CAST($3 AS bigint), CAST($3 AS bigint), CAST(NULL AS bigint) " +
    changes_for_holders;

// In one order for all writers, so that they do not wait for each other in a circle.
const db::Sql insert_mails_of_show_sql{
    "insert_mails_of_show",
    insert_mails_of_changes +
        "(own.id = $1 OR own.merged_into = $1) ORDER BY 1 ON CONFLICT DO NOTHING"};
const db::Sql insert_mails_of_ticket_sql{
    "insert_mails_of_ticket",
    insert_mails_of_changes + "t.id = $1 ORDER BY 1 ON CONFLICT DO NOTHING"};
const db::Sql change_for_holder_sql{"change_for_holder",
                                    "SELECT c.id " + changes_for_holders + "t.id = $1 LIMIT 1"};

const db::RecordSql<Mail> insert_mail_to_waiting_buyer_sql{
    "insert_mail_to_waiting_buyer",
    mail_columns,
    insert_mails_to_buyers +
        "WHERE o.ticket_id = :ticket_id AND o.is_due = 1 AND o.is_refunded = 0 "
        "ON CONFLICT DO NOTHING",
    {"ticket_id"}};

// Those about accounts first: a link is good for half an hour, and many buyers may be told of a
// show.
const db::Sql due_mails_sql{"due_mails",
                            "SELECT " + mail_columns.list() +
                                " FROM mails WHERE status = 'waiting' AND due_at <= $1 "
                                "ORDER BY CASE WHEN recipient <> '' THEN 0 ELSE 1 END, "
                                "due_at, id LIMIT $2",
                            mail_columns};

const db::Sql begin_attempt_sql{"begin_attempt",
                                "UPDATE mails SET attempts = attempts + 1, due_at = $3 "
                                "WHERE id = $1 AND status = 'waiting' AND attempts = $2"};

const db::Sql put_off_sql{"put_off",
                          "UPDATE mails SET due_at = $2 WHERE id = $1 AND status = 'waiting'"};

const db::Sql end_mail_sql{
    "end_mail",
    "UPDATE mails SET status = $2, ended_at = $3, details = '', user_id = $4, "
    "recipient = CASE WHEN which = 'account_deleted' THEN '' "
    "ELSE recipient END "
    "WHERE id = $1 AND status = 'waiting'"};

const db::Sql delete_mails_sql{"delete_mails", "DELETE FROM mails WHERE ended_at < $1"};

const db::Sql suppressed_address_sql{
    "suppressed_address", "SELECT since FROM suppressed_addresses WHERE address_hash = $1"};

const db::Sql suppress_address_sql{
    "suppress_address",
    "INSERT INTO suppressed_addresses (address_hash, since) VALUES ($1, $2) ON CONFLICT DO "
    "NOTHING"};

const db::Columns<Person> person_columns;
const db::Columns<TicketCopy> ticket_columns;
const db::Columns<OrderCopy> order_columns;
const db::Columns<ShowCopy> show_columns;
const db::Columns<Sale> sale_columns;

const db::RecordSql<Person> store_person_sql{
    "store_person", person_columns,
    "INSERT INTO people (" + person_columns.list() + ") SELECT " + person_columns.values() +
        unless_erased(":id") + "ON CONFLICT (id) DO UPDATE SET " +
        person_columns.assignments({"id"}) + " WHERE people.version < :version"};

const db::RecordSql<TicketCopy> store_ticket_sql{
    "store_ticket", ticket_columns,
    "INSERT INTO tickets (" + ticket_columns.list() + ") VALUES (" + ticket_columns.values() +
        ") ON CONFLICT (id) DO UPDATE SET " + ticket_columns.assignments({"id"}) +
        " WHERE tickets.version < :version"};

const db::RecordSql<OrderCopy> store_order_sql{
    "store_order", order_columns,
    "INSERT INTO orders (" + order_columns.list() + ") VALUES (" + order_columns.values() +
        ") ON CONFLICT (id) DO UPDATE SET " + order_columns.assignments({"id"})};

const db::Sql note_payment_sql{"note_payment",
                               "INSERT INTO orders (id, is_paid) VALUES ($1, 1) "
                               "ON CONFLICT (id) DO UPDATE SET is_paid = 1"};
const db::Sql note_full_refund_sql{"note_full_refund",
                                   "INSERT INTO orders (id, is_refunded) VALUES ($1, 1) "
                                   "ON CONFLICT (id) DO UPDATE SET is_refunded = 1"};

const db::Sql note_due_sql{
    "note_due",
    "INSERT INTO orders (id, ticket_id, user_id, is_due) VALUES ($1, $2, $3, 1) "
    "ON CONFLICT (id) DO UPDATE SET ticket_id = $2, user_id = $3, is_due = 1"};
const db::Sql note_given_sql{"note_given",
                             "UPDATE orders SET is_due = 0 WHERE ticket_id = $1 AND is_due = 1"};

const db::Sql store_given_sql{
    "store_given",
    "INSERT INTO given_tickets (id, last_event_id, given_at) VALUES ($1, $2, $3) "
    "ON CONFLICT (id) DO UPDATE SET last_event_id = CASE WHEN given_tickets.given_at < $3 THEN $2 "
    "ELSE given_tickets.last_event_id END, given_at = CASE WHEN given_tickets.given_at < $3 THEN "
    "$3 ELSE given_tickets.given_at END"};

const std::string given_after =
    "(SELECT 1 FROM given_tickets g WHERE g.id = $1 AND g.given_at > $2)";
const db::Sql note_given_before_sql{
    "note_given_before",
    "UPDATE orders SET is_due = 0 WHERE ticket_id = $1 AND is_due = 1 AND EXISTS " + given_after};
// The id is that of the mail which the event itself would have led to.
const db::Sql insert_mail_of_given_sql{
    "insert_mail_of_given",
    "INSERT INTO mails (" + mail_columns.list() +
        ") SELECT DISTINCT 'delivery_ready/' || g.last_event_id || '/' || o.user_id, "
        "g.last_event_id, 'delivery_ready', o.user_id, '', CAST($3 AS text), 'waiting', "
        "CAST(0 AS bigint), CAST($4 AS bigint), CAST($4 AS bigint), CAST(NULL AS bigint) "
        "FROM orders o JOIN given_tickets g ON g.id = o.ticket_id WHERE o.ticket_id = $1 AND "
        "g.given_at > $2 AND o.is_due = 1 AND o.is_refunded = 0 ON CONFLICT DO NOTHING"};

const db::Sql show_copy_sql{
    "show_copy", "SELECT " + show_columns.list() + " FROM shows WHERE id = $1", show_columns};
const db::RecordSql<ShowCopy> insert_show_sql{"insert_show", show_columns,
                                              "INSERT INTO shows (" + show_columns.list() +
                                                  ") VALUES (" + show_columns.values() +
                                                  ") ON CONFLICT DO NOTHING"};
const db::RecordSql<ShowCopy> update_show_sql{
    "update_show",
    show_columns,
    "UPDATE shows SET " + show_columns.assignments({"id"}) + " WHERE id = :id AND version = :seen",
    {"seen"}};

const db::Sql person_by_id_sql{"person_by_id",
                               "SELECT " + person_columns.list() + " FROM people WHERE id = $1",
                               person_columns};

const db::Sql delete_person_sql{"delete_person", "DELETE FROM people WHERE id = $1"};
const db::Sql erased_person_sql{"erased_person", "SELECT id FROM erased_users WHERE id = $1"};

const std::string sales =
    "SELECT o.id AS order_id, o.ticket_id, o.price_cents, t.title, t.user_id AS seller_id, "
    "o.user_id AS buyer_id, seller.email AS seller_email, "
    "buyer.email AS buyer_email, s.name AS show_name, s.venue, s.city, "
    "CASE WHEN o.is_due = 1 AND o.is_refunded = 0 THEN 1 ELSE 0 END AS is_waiting, "
    "CASE WHEN EXISTS (SELECT 1 FROM erased_users e WHERE e.id = t.user_id) THEN 1 ELSE 0 END "
    "AS seller_is_erased, "
    "CASE WHEN EXISTS (SELECT 1 FROM erased_users e WHERE e.id = o.user_id) THEN 1 ELSE 0 END "
    "AS buyer_is_erased FROM orders o "
    "JOIN tickets t ON t.id = o.ticket_id LEFT JOIN people seller ON seller.id = t.user_id "
    "LEFT JOIN people buyer ON buyer.id = o.user_id LEFT JOIN shows own ON own.id = t.show_id "
    "LEFT JOIN shows s ON s.id = coalesce(own.merged_into, own.id) "
    "WHERE o.price_cents IS NOT NULL ";

const db::Sql sale_by_order_sql{"sale_by_order", sales + "AND o.id = $1", sale_columns};
const db::Sql sale_of_ticket_sql{
    "sale_of_ticket",
    sales + "AND o.ticket_id = $1 AND o.user_id = $2 AND o.is_paid = 1 AND o.is_refunded = 0",
    sale_columns};

// By the user alone: an address may have been of another account before.
const db::KeptSql<KeptMail> kept_mails_sql{"mails", db::Columns<KeptMail>()};
const db::KeptSql<Person> kept_person_sql{"people", db::Columns<Person>(), "id = $1"};
const db::KeptSql<TicketCopy> kept_tickets_sql{"tickets", db::Columns<TicketCopy>()};
// The payment of an order may be known before the order.
const db::KeptSql<OrderCopy> kept_orders_sql{
    "orders", db::Columns<OrderCopy>(),
    "user_id = $1 AND ticket_id IS NOT NULL AND price_cents IS NOT NULL"};

}  // namespace

db::Statement insert_mail(const Mail& mail) { return insert_mail_sql(mail); }
db::Statement insert_last_mail(const Mail& mail) { return insert_last_mail_sql(mail); }
db::Statement delete_mails_of(const std::string& user_id) { return delete_mails_of_sql(user_id); }
db::Statement last_mail_of(const std::string& user_id) { return last_mail_of_sql(user_id); }
db::Statement delete_person(const std::string& id) { return delete_person_sql(id); }
db::Statement erased_person(const std::string& id) { return erased_person_sql(id); }
db::Statement insert_mails_of_show(const std::string& show_id, Timestamp now, Timestamp since) {
  return insert_mails_of_show_sql(show_id, since, now);
}
db::Statement insert_mails_of_ticket(const std::string& ticket_id, Timestamp now, Timestamp since) {
  return insert_mails_of_ticket_sql(ticket_id, since, now);
}
db::Statement change_for_holder(const std::string& ticket_id, Timestamp since) {
  return change_for_holder_sql(ticket_id, since);
}
db::Statement insert_mail_to_waiting_buyer(const Mail& mail, const std::string& ticket_id) {
  return insert_mail_to_waiting_buyer_sql(mail, ticket_id);
}
db::Statement due_mails(Timestamp now, std::int64_t limit) { return due_mails_sql(now, limit); }
db::Statement begin_attempt(const Mail& mail, Timestamp until) {
  return begin_attempt_sql(mail.id, mail.attempts, until);
}
db::Statement put_off(const std::string& id, Timestamp due_at) { return put_off_sql(id, due_at); }
db::Statement end_mail(const Mail& mail, Status status, Timestamp now) {
  return end_mail_sql(mail.id, std::string(name_of(status)), now, mail.user_id);
}
db::Statement delete_mails(Timestamp ended_before) { return delete_mails_sql(ended_before); }
db::Statement suppressed_address(const std::string& address_hash) {
  return suppressed_address_sql(address_hash);
}
db::Statement suppress_address(const std::string& address_hash, Timestamp now) {
  return suppress_address_sql(address_hash, now);
}

db::Statement store_person(const Person& person) { return store_person_sql(person); }
db::Statement store_ticket(const TicketCopy& ticket) { return store_ticket_sql(ticket); }
db::Statement store_order(const OrderCopy& order) { return store_order_sql(order); }
db::Statement note_payment(const std::string& order_id) { return note_payment_sql(order_id); }
db::Statement note_full_refund(const std::string& order_id) {
  return note_full_refund_sql(order_id);
}
db::Statement note_due(const std::string& order_id, const std::string& ticket_id,
                       const std::string& buyer_id) {
  return note_due_sql(order_id, ticket_id, buyer_id);
}
db::Statement note_given(const std::string& ticket_id) { return note_given_sql(ticket_id); }
db::Statement store_given(const std::string& ticket_id, const std::string& event_id,
                          Timestamp given_at) {
  return store_given_sql(ticket_id, event_id, given_at);
}
db::Statement insert_mail_of_given(const std::string& ticket_id, Timestamp due_since,
                                   const std::string& details, Timestamp now) {
  return insert_mail_of_given_sql(ticket_id, due_since, details, now);
}
db::Statement note_given_before(const std::string& ticket_id, Timestamp due_since) {
  return note_given_before_sql(ticket_id, due_since);
}
db::Statement show_copy(const std::string& id) { return show_copy_sql(id); }
db::Statement store_show(const ShowCopy& show, std::optional<std::int64_t> seen) {
  return seen ? update_show_sql(show, *seen) : insert_show_sql(show);
}
db::Statement person_by_id(const std::string& id) { return person_by_id_sql(id); }
db::Statement sale_by_order(const std::string& order_id) { return sale_by_order_sql(order_id); }
db::Statement sale_of_ticket(const std::string& ticket_id, const std::string& buyer_id) {
  return sale_of_ticket_sql(ticket_id, buyer_id);
}

db::Statement kept_mails(const db::KeptQuery& query) { return kept_mails_sql(query); }
db::Statement kept_person(const db::KeptQuery& query) { return kept_person_sql(query); }
db::Statement kept_tickets(const db::KeptQuery& query) { return kept_tickets_sql(query); }
db::Statement kept_orders(const db::KeptQuery& query) { return kept_orders_sql(query); }

}  // namespace ticketing::notifications::store
