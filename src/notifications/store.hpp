// The notifications database: every statement this service runs, by name.
#pragma once

#include <string>

#include "common/db/database.hpp"
#include "notifications/mail_row.hpp"

namespace ticketing::notifications::store {

// Affects no row when there is this mail already.
db::Statement insert_mail(const Mail& mail);
// Those whose time has come, the one that waits longest first.
db::Statement due_mails(Timestamp now, std::int64_t limit);
// The next attempt is ours until `until`. Affects no row when another process was faster.
db::Statement begin_attempt(const Mail& mail, Timestamp until);
// The attempt has failed: the next one is due at `due_at`.
db::Statement put_off(const std::string& id, Timestamp due_at);
// The mail is over, and what it says is forgotten.
db::Statement end_mail(const std::string& id, Status status, Timestamp now);
db::Statement delete_mails(Timestamp ended_before);

// One row if the address is suppressed.
db::Statement suppressed_address(const std::string& address_hash);
db::Statement suppress_address(const std::string& address_hash, Timestamp now);

}  // namespace ticketing::notifications::store
