#include "notifications/store.hpp"

#include "common/db/columns.hpp"

namespace ticketing::notifications::store {
namespace {

const db::Columns<Mail> mail_columns;

const db::RecordSql<Mail> insert_mail_sql{"insert_mail", mail_columns,
                                          "INSERT INTO mails (" + mail_columns.list() +
                                              ") VALUES (" + mail_columns.values() +
                                              ") ON CONFLICT DO NOTHING"};

const db::Sql due_mails_sql{"due_mails",
                            "SELECT " + mail_columns.list() +
                                " FROM mails WHERE status = 'waiting' AND due_at <= $1 "
                                "ORDER BY due_at, id LIMIT $2",
                            mail_columns};

const db::Sql begin_attempt_sql{"begin_attempt",
                                "UPDATE mails SET attempts = attempts + 1, due_at = $3 "
                                "WHERE id = $1 AND status = 'waiting' AND attempts = $2"};

const db::Sql put_off_sql{"put_off",
                          "UPDATE mails SET due_at = $2 WHERE id = $1 AND status = 'waiting'"};

const db::Sql end_mail_sql{"end_mail",
                           "UPDATE mails SET status = $2, ended_at = $3, details = '' "
                           "WHERE id = $1 AND status = 'waiting'"};

const db::Sql delete_mails_sql{"delete_mails", "DELETE FROM mails WHERE ended_at < $1"};

const db::Sql suppressed_address_sql{
    "suppressed_address", "SELECT since FROM suppressed_addresses WHERE address_hash = $1"};

const db::Sql suppress_address_sql{
    "suppress_address",
    "INSERT INTO suppressed_addresses (address_hash, since) VALUES ($1, $2) ON CONFLICT DO "
    "NOTHING"};

}  // namespace

db::Statement insert_mail(const Mail& mail) { return insert_mail_sql(mail); }
db::Statement due_mails(Timestamp now, std::int64_t limit) { return due_mails_sql(now, limit); }
db::Statement begin_attempt(const Mail& mail, Timestamp until) {
  return begin_attempt_sql(mail.id, mail.attempts, until);
}
db::Statement put_off(const std::string& id, Timestamp due_at) { return put_off_sql(id, due_at); }
db::Statement end_mail(const std::string& id, Status status, Timestamp now) {
  return end_mail_sql(id, std::string(name_of(status)), now);
}
db::Statement delete_mails(Timestamp ended_before) { return delete_mails_sql(ended_before); }
db::Statement suppressed_address(const std::string& address_hash) {
  return suppressed_address_sql(address_hash);
}
db::Statement suppress_address(const std::string& address_hash, Timestamp now) {
  return suppress_address_sql(address_hash, now);
}

}  // namespace ticketing::notifications::store
