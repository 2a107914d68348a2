// The auth database: every statement this service runs, by name.
#pragma once

#include <string>

#include "auth/account.hpp"
#include "auth/session.hpp"
#include "common/db/database.hpp"

namespace ticketing::auth::store {

// Affects no row when the address has an account under any spelling.
db::Statement insert_account(const Account& account);
// Starts a session, if the account exists at this point of the transaction.
db::Statement insert_session(const Session& session);
// Deletes sessions of the account beyond `count`: first those that were ended, then those used
// longest ago. id, revoked_at of those that it deletes
db::Statement delete_sessions_beyond(const std::string& user_id, std::int64_t count);
// The account of an address, which is given in both its forms. Two old accounts may share the new
// form: the one whose own spelling was typed comes first, else the older one.
db::Statement account_by_email(const std::string& email, const std::string& former_email);
db::Statement account_by_id(const std::string& id);

// one row while there is any account
db::Statement any_account();
// key
db::Statement token_key();
// Affects no row when there is one already.
db::Statement insert_token_key(const std::string& key);

// id, email of accounts that have no e-mail key yet
db::Statement accounts_without_key(std::int64_t count_max);
db::Statement set_email_key(const std::string& id, const std::string& key);

db::Statement session_by_id(const std::string& id);
// Affects no row unless `current_hash` is still the session's token and it is not revoked.
db::Statement rotate_session(const std::string& id, const std::string& current_hash,
                             const std::string& next_hash, Timestamp now);
db::Statement revoke_session(const std::string& id, Timestamp now);
db::Statement delete_sessions(Timestamp rotated_before);

// Failed sign-ins in a row. `counted` is a SHA-256 of what they are counted for (operations.cpp);
// the column is called `email`, which it held once. failures, blocked_until
db::Statement sign_in_failures(const std::string& counted);
// Counts one more, unless another attempt was counted since `failures` was read.
db::Statement count_failure(const std::string& counted, std::int64_t failures,
                            Timestamp blocked_until, Timestamp now);
db::Statement clear_failures(const std::string& counted);
db::Statement delete_failures(Timestamp before);
// Keeps the newest `count`.
db::Statement delete_oldest_failures(std::int64_t count);

}  // namespace ticketing::auth::store
